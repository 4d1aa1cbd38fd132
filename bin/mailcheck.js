#!/usr/bin/env node
// Plain old JavaScript, so that a Node that is too old says so instead of showing a syntax error. Node's own exit code
// for a crash is 1, which a monitoring system reads as a warning; here a crash is 70.
var parts = process.versions.node.split('.').map(Number);

function crash(error) {
  var first = String((error && error.message) || error).split('\n')[0];
  var plain = first.replace(/[^\x20-\x7e]/g, '?').slice(0, 300);
  process.stderr.write('mailcheck: bug: ' + plain + '\n  Please report it with the command that you ran.\n');
  process.exitCode = 70;
}

if (parts[0] < 20 || (parts[0] === 20 && parts[1] < 19)) {
  process.stderr.write(
    'mailcheck: needs Node.js 20.19 or later; this is ' +
      process.versions.node +
      '.\n  Install a newer Node.js, then run the command again.\n',
  );
  process.exitCode = 4;
} else {
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
  import('../lib/main.js')
    .then(function (program) {
      return program.main();
    })
    .then(function (code) {
      process.exitCode = code;
    }, crash);
}
