#!/usr/bin/env node
// Plain old JavaScript, so that a Node that is too old says so instead of showing a syntax error. Node's own exit code
// for a crash is 1, which a monitoring system reads as a warning; here a crash is 70, and for a plugin of one it is 3.
var parts = process.versions.node.split('.').map(Number);
var crashed = false;
var GRACE_MS = 5000;

// What was asked for last counts, as everywhere; behind -- there are no flags.
function isPlugin() {
  var words = process.argv.slice(2);
  var end = words.indexOf('--');
  var wished = '';
  for (var i = 0; i < (end === -1 ? words.length : end); i += 1) {
    if (words[i] === '--format') wished = words[i + 1] || '';
    if (words[i].indexOf('--format=') === 0) wished = words[i].slice('--format='.length);
  }
  return wished.toLowerCase() === 'nagios';
}

// A plugin says it on standard output, in one line, and exits with one of four codes.
function giveUp(said, cure, code) {
  if (isPlugin()) {
    process.stdout.write(
      'MAILCHECK UNKNOWN - ' + said.replace(/\|/g, '?') + ' | level=3;;;0;3\n' + cure + '\n',
    );
    process.exitCode = 3;
  } else {
    process.stderr.write('mailcheck: ' + said + '\n  ' + cure + '\n');
    process.exitCode = code;
  }
}

// With these, libraries tell of requests and answers on standard error, past all that keeps secrets in.
delete process.env.DEBUG;
delete process.env.AZURE_LOG_LEVEL;
delete process.env.TYPESPEC_RUNTIME_LOG_LEVEL;

// Others name what they were sent in the messages of their errors, and a report of a bug is read by many. What variables
// hold goes, and what looks like a secret: no word that tells of a bug is so long and has a digit in it.
function withoutSecrets(text) {
  Object.keys(process.env).forEach(function (name) {
    var value = process.env[name];
    if (value.length < 6 || !/SECRET|PASS|TOKEN|KEY|HEADER|PROXY/i.test(name)) return;
    text = text.split(value).join('***').split(encodeURIComponent(value)).join('***');
  });
  return text
    .replace(/-----BEGIN.*/, '***')
    .replace(/\/\/[^\s/@]+@/g, '//***@')
    .replace(/\b(Bearer|Basic) +[^\s"',]+/gi, '$1 ***')
    .replace(/((?:secret|assertion|token|password)["'\\]*[=:] *["'\\]*)[^\s&"'\\,;}]{8,}/gi, '$1***')
    .replace(/[\w~.+%=-]{24,}/g, function (word) {
      return /\d/.test(word) ? '***' : word;
    });
}

function crash(error) {
  crashed = true;
  var first = String((error && error.message) || error).split('\n')[0];
  var plain = withoutSecrets(first)
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, 300);
  var cure = 'Please report it with the command that you ran and this: ' + circumstances(error) + '.';
  giveUp('bug: ' + plain, cure, 70);
  // What waits for what has broken waits for ever; until then the rest may close what it opened.
  // eslint-disable-next-line no-restricted-syntax -- The one place: nothing else is left to end it.
  setTimeout(process.exit, GRACE_MS).unref();
}

// Who is sent the report has no other means to find the place. A stack begins with the message, which may hold anything;
// of the rest, names of files and places in them are all that is told.
function circumstances(error) {
  var stack = String((error && error.stack) || '');
  var message = String((error && error.message) || '');
  var at = stack.indexOf(message);
  var frames = at === -1 ? '' : stack.slice(at + message.length);
  var places = (frames.match(/[\w.-]+\.[cm]?js:\d+:\d+(?=\)?$)/gm) || []).slice(0, 3);
  var here = 'mailcheck ' + ownVersion() + ', Node.js ' + process.versions.node + ' on ' + process.platform;
  return here + (places.length === 0 ? '' : ', at ' + places.join(' < '));
}

function isBuilt() {
  try {
    return require.resolve('../lib/main.cjs') !== '';
  } catch (error) {
    return (error && error.code) !== 'MODULE_NOT_FOUND';
  }
}

function ownVersion() {
  try {
    return require('../package.json').version || 'unknown';
  } catch (error) {
    return 'unknown (' + ((error && error.code) || 'unreadable') + ')';
  }
}

if (parts[0] < 20 || (parts[0] === 20 && parts[1] < 19)) {
  giveUp(
    'needs Node.js 20.19 or later; this is ' + process.versions.node + '.',
    'Install a newer Node.js, then run the command again.',
    4,
  );
} else if (!isBuilt()) {
  giveUp(
    'this checkout is not built yet.',
    'Build it with npm ci and npm run bundle, then run the command again.',
    4,
  );
} else {
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
  new Promise(function (resolve) {
    resolve(require('../lib/main.cjs').main());
  }).then(function (code) {
    // An answer that was given beside a crash is none to rely on.
    if (!crashed) process.exitCode = code;
  }, crash);
}
