// Loaded before a program: says on stderr, when it ends, what it has cost this process.
process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  const cost = { cpuMs: (user + system) / 1000, rssMiB: process.resourceUsage().maxRSS / 1024 };
  process.stderr.write(`\n${JSON.stringify(cost)}`);
});
