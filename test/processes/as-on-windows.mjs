/** Loaded before the program: takes away what Windows lacks, and says that this is one. Paths stay those of this machine. */
Object.defineProperty(process, 'platform', { value: 'win32' });
for (const name of ['getuid', 'geteuid', 'getgid', 'getegid', 'getgroups', 'setuid', 'setgid', 'initgroups'])
  Reflect.deleteProperty(process, name);
