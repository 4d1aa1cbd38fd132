/** Hand-made mail for tests that need to know each row. */
import type { SimulatedDelivery, SimulatedEvent } from '#simulator/population/delivery.js';

export const NOW = new Date('2026-06-02T17:00:00Z');

export function minutesAgo(minutes: number): Date {
  return new Date(NOW.getTime() - minutes * 60_000);
}

/** A delivered message of an hour ago; what matters to a test is named by it. */
export function delivery(
  over: Partial<SimulatedDelivery> & { readonly status?: string } = {},
): SimulatedDelivery {
  const { status = 'delivered', ...rest } = over;
  const receivedAt = over.receivedAt ?? minutesAgo(60);
  return {
    id: '5f0c3c1e-0000-4000-8000-08dddddddd01',
    messageId: '<a1@mail.fabrikam.example>',
    sender: 'ben@fabrikam.example',
    recipient: 'ada@contoso.example',
    subject: 'Invoice 17',
    receivedAt,
    sizeBytes: 4_711,
    fromIp: '203.0.113.10',
    toIp: null,
    lagSeconds: 300,
    statuses: [{ at: receivedAt, status }],
    events: () => [],
    ...rest,
  };
}

export function numberedId(number: number): string {
  return `5f0c3c1e-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

export function event(over: Partial<SimulatedEvent> = {}): SimulatedEvent {
  return {
    at: minutesAgo(60),
    event: 'Receive',
    description: 'Message received',
    reason: null,
    reasonIn: 'description',
    properties: [],
    ...over,
  };
}
