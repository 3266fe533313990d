/** Replies about streams without what the clock says: two servers are never asked in the same millisecond. */
import type { ReplyNode } from '../support/reply-node.js';

/** Of XINFO's maps: times, and fields that 7.0 doesn't have. */
const TIME_FIELDS = new Set(['idle', 'seen-time', 'inactive', 'active-time']);
const ANY_TIME: ReplyNode = { type: ':', text: '0', items: null };

const withItems = (node: ReplyNode, items: readonly ReplyNode[]): ReplyNode => ({ ...node, items });

function withoutTime(row: ReplyNode, index: number): ReplyNode {
  const { items } = row;
  if (items === null) return row;
  return withItems(
    row,
    items.map((item, at) => (at === index ? ANY_TIME : item)),
  );
}

/** XPENDING's rows: id, consumer, idle time, deliveries. The summary, which begins with a number, stays. */
export function withoutIdleTimes(reply: ReplyNode): ReplyNode {
  const { items } = reply;
  if (items === null || items[0]?.type === ':') return reply;
  return withItems(
    reply,
    items.map((row) => withoutTime(row, 2)),
  );
}

/** XINFO's replies, whose maps are flat arrays in RESP2. */
export function withoutTimes(reply: ReplyNode): ReplyNode {
  const { items } = reply;
  if (items === null) return reply;
  const kept: ReplyNode[] = [];
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    if (item.text !== null && TIME_FIELDS.has(item.text)) index++;
    else if (item.text === 'pending' && items[index + 1]?.items !== null) {
      kept.push(item, withoutDeliveryTimes(items[++index]));
    } else kept.push(withoutTimes(item));
  }
  return withItems(reply, kept);
}

/** Pending entries of a group (id, consumer, time, deliveries) or of a consumer (id, time, deliveries). */
function withoutDeliveryTimes(pending: ReplyNode): ReplyNode {
  const rows = pending.items ?? [];
  return withItems(
    pending,
    rows.map((row) => withoutTime(row, (row.items?.length ?? 0) - 2)),
  );
}
