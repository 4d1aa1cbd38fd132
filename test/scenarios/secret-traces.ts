/** Finds a secret in text however it was written down. */
export function tracesOf(secret: string): readonly string[] {
  const forms = new Set([secret, encodeURIComponent(secret), Buffer.from(secret).toString('hex')]);
  // In base64 a text looks another way at each of three places; what hangs together with its neighbours is cut off.
  for (const shift of [0, 1, 2]) {
    const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(secret)]);
    const whole = Math.floor(bytes.length / 3) * 3;
    const start = shift === 0 ? 0 : 4;
    for (const form of ['base64', 'base64url'] as const)
      forms.add(bytes.subarray(0, whole).toString(form).slice(start));
  }
  return [...forms];
}

export function leaksIn(text: string, secrets: readonly string[]): readonly string[] {
  return secrets.filter((secret) => tracesOf(secret).some((trace) => text.includes(trace)));
}
