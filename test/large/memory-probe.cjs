// Loaded before the program: says on stderr, when it ends, how much memory it held at most, in MiB.
process.on('exit', () => process.stderr.write(String(process.resourceUsage().maxRSS / 1024)));
