// Loaded before the program: says on stderr, when it ends, how much memory it held at most, in MiB.
const { readFileSync } = process.getBuiltinModule('node:fs');

/** Of this program alone, where the system tells; what it calls the maximum of a process counts whoever started it too. */
function peakKiB() {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
  } catch {
    return process.resourceUsage().maxRSS;
  }
}

process.on('exit', () => process.stderr.write(String(peakKiB() / 1024)));
