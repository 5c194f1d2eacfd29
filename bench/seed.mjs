// What the bench's database holds: two organizations in our own schema, made by SQL. Ids are TypeIDs made of a number.

/** Raised when what is seeded changes: the database is then seeded anew. */
export const seedVersion = 1

const organizations = { main: idOf('org', 1), long: idOf('org', 2) }
export const connectionId = idOf('wac', 1)
export const mainOrganization = organizations.main
export const longOrganization = organizations.long

/** In the order of size: conversations of the main organization, those of them that are recent, and what the other has. */
export const sizes = {
  full: { name: 'full', conversations: 90_000, recent: 15_000, others: 10_000 },
  quick: { name: 'quick', conversations: 9000, recent: 1500, others: 1000 },
  tiny: { name: 'tiny', conversations: 400, recent: 60, others: 40 },
}
export const recentMessages = 110
const oldMessages = 2
/** So many conversations of the other organization hold so many messages each. */
export const longConversations = 20
export const longMessages = { full: 10_000, quick: 10_000, tiny: 300 }

export function idOf(prefix, number) {
  return `${prefix}_${String(number).padStart(26, '0')}`
}
const sqlId = (prefix, number) => `'${prefix}_' || lpad((${number})::text, 26, '0')`

/** The contact and conversation of number n; the recent ones are the last, the very last the newest. */
export const contactId = (n) => idOf('con', n)
export const conversationId = (n) => idOf('cnv', n)
export const phoneOf = (n) => `+91${7_000_000_000 + n}`

const firstNames = [
  'Asha',
  'Ravi',
  'Meera',
  'Kabir',
  'Nisha',
  'Arjun',
  'Leela',
  'Vikram',
  'Sunita',
  'Farhan',
  'Divya',
  'Imran',
  'Pooja',
  'Rohan',
  'Tara',
  'Yusuf',
  'Gita',
  'Omkar',
  'Priya',
  'Zoya',
]
const lastNames = [
  'Rao',
  'Sharma',
  'Patel',
  'Iyer',
  'Khan',
  'Das',
  'Menon',
  'Singh',
  'Bose',
  'Nair',
  'Kulkarni',
  'Joshi',
  'Reddy',
  'Gupta',
  'Shah',
  'Pillai',
  'Verma',
  'Mishra',
  'Chopra',
  'Sethi',
  'Banerjee',
  'Fernandes',
  'Ahmed',
  'Naidu',
  'Kapoor',
]
const tags = ['vip', 'lead', 'new', 'wholesale', 'newsletter', 'delhi', 'mumbai', 'returns', 'club', 'beta']
/** Any part of a name, and a tag: each pair finds about 1,000 of the full size. */
export const searches = [
  { search: 'asha', tag: 'vip' },
  { search: 'ravi', tag: 'club' },
  { search: 'meer', tag: 'delhi' },
  { search: 'shar', tag: 'vip' },
  { search: 'iyer', tag: 'returns' },
  { search: 'kulk', tag: 'lead' },
  { search: 'fern', tag: 'wholesale' },
  { search: 'zoya', tag: 'beta' },
]

const pick = (list, number) => `(ARRAY[${list.map((one) => `'${one}'`)}])[1 + ((${number}) % ${list.length})]`

/** The key of each organization is made by the caller: `keys` in seedKeys. */
export async function seed(client, size) {
  await client.query(`TRUNCATE "Organization", "InboundDelivery" RESTART IDENTITY CASCADE`)
  // Without the checks of foreign keys, which are true by construction.
  await client.query('SET session_replication_role = replica')
  await client.query(`INSERT INTO "Organization" (id, slug, name, plan, "updatedAt")
    VALUES ('${organizations.main}', 'demo', 'Bench', 'PRO', now()), ('${organizations.long}', 'long', 'Long', 'PRO', now())`)
  await client.query(`INSERT INTO "WhatsAppConnection" ("organizationId", id, "phoneNumberId", "businessAccountId", source, "updatedAt")
    VALUES ('${organizations.main}', '${connectionId}', '100000000000001', '200000000000001', 'ENVIRONMENT', now()),
      ('${organizations.long}', '${idOf('wac', 2)}', '100000000000002', '200000000000002', 'STORED', now())`)
  const old = size.conversations - size.recent
  const mainIds = { from: 1, to: size.conversations }
  const otherIds = { from: size.conversations + 1, to: size.conversations + size.others }
  for (const [name, { from, to }] of [
    ['main', mainIds],
    ['long', otherIds],
  ])
    await seedPeople(client, name, from, to)

  const long = longMessages[size.name]
  // Message k of each conversation comes before message k + 1 of any other: they lie apart, as they would have been written.
  await seedMessages(client, 'main', 1, { from: 1, to: old, each: oldMessages })
  await seedMessages(client, 'main', 1 + old * oldMessages, {
    from: old + 1,
    to: size.conversations,
    each: recentMessages,
  })
  const first = 1 + old * oldMessages + size.recent * recentMessages
  const lastFew = otherIds.to - longConversations
  await seedMessages(client, 'long', first, { from: otherIds.from, to: lastFew, each: 1 })
  await seedMessages(client, 'long', first + size.others, { from: lastFew + 1, to: otherIds.to, each: long })
  await client.query(`UPDATE "Conversation" AS c SET "lastMessageId" = m.id FROM (
      SELECT DISTINCT ON ("conversationId") "conversationId", id FROM "Message" ORDER BY "conversationId", id DESC
    ) AS m WHERE m."conversationId" = c.id`)
  await client.query('SET session_replication_role = origin')
  await client.query('VACUUM (FULL, ANALYZE) "Conversation"')
  await client.query('VACUUM ANALYZE')
}

/** A contact and a conversation for each number; activity rises with the number, a minute each. */
async function seedPeople(client, organization, from, to) {
  const org = organizations[organization]
  const connection = organization === 'main' ? connectionId : idOf('wac', 2)
  const name = `${pick(firstNames, 'n * 7')} || ' ' || ${pick(lastNames, 'n / 3')} || ' ' || n`
  const at = `date_trunc('minute', now()) - interval '1 day' - (${to} - n) * interval '1 minute'`
  await client.query(`INSERT INTO "Contact" ("organizationId", id, phone, name, "searchName", email, tags, "optedIn", "createdAt", "updatedAt")
    SELECT '${org}', ${sqlId('con', 'n')}, '+91' || (7000000000 + n), ${name}, lower(${name}), 'c' || n || '@example.com',
      ARRAY[${pick(tags, 'n / 5')}, 'all'], true, ${at}, now() FROM generate_series(${from}, ${to}) n`)
  await client.query(`INSERT INTO "Conversation" ("organizationId", id, "contactId", "connectionId", status, "unreadCount",
      "lastMessageAt", "lastActivityAt", "createdAt", "updatedAt")
    SELECT '${org}', ${sqlId('cnv', 'n')}, ${sqlId('con', 'n')}, '${connection}',
      (ARRAY['OPEN', 'OPEN', 'RESOLVED'])[1 + n % 3]::"ConversationStatus", n % 4, ${at}, ${at}, ${at}, now()
    FROM generate_series(${from}, ${to}) n`)
}

async function seedMessages(client, organization, first, { from, to, each }) {
  const count = to - from + 1
  const text = `'Message ' || k || ' of ' || c || ': could you tell me when the parcel is going to be here?'`
  const inbound = '(k % 3 = 0)'
  await client.query(`INSERT INTO "Message" ("organizationId", id, "conversationId", "contactId", direction, type, status,
      text, content, wamid, "createdAt", "sentAt", "deliveredAt", "readAt")
    SELECT '${organizations[organization]}', ${sqlId('msg', `${first} + (k - 1) * ${count} + c - ${from}`)}, ${sqlId('cnv', 'c')}, ${sqlId('con', 'c')},
      (CASE WHEN ${inbound} THEN 'INBOUND' ELSE 'OUTBOUND' END)::"MessageDirection", 'TEXT',
      (CASE WHEN ${inbound} THEN 'RECEIVED' ELSE 'READ' END)::"MessageStatus", ${text}, jsonb_build_object('text', ${text}),
      'wamid.' || (${first} + (k - 1) * ${count} + c - ${from}), at, at, CASE WHEN NOT ${inbound} THEN at END, CASE WHEN NOT ${inbound} THEN at END
    FROM (SELECT k, c, now() - interval '2 days' - (${each} - k) * interval '1 hour' + c * interval '1 millisecond' AS at
      FROM generate_series(1, ${each}) k, generate_series(${from}, ${to}) c ORDER BY k, c) AS m`)
}

/** Takes out what a run has sent, and opens the window of those it may be sent to. */
export async function restore(client, size) {
  // What has been seeded sorts before every id that is made of the time.
  await client.query(`UPDATE "Conversation" AS c SET "lastMessageAt" = "createdAt", "lastActivityAt" = "createdAt", "lastMessageId" = (
      SELECT id FROM "Message" AS m WHERE m."organizationId" = c."organizationId" AND m."conversationId" = c.id AND id < 'msg_01'
      ORDER BY id DESC LIMIT 1)
    WHERE "lastMessageId" > 'msg_01' OR "lastActivityAt" > "createdAt"`)
  await client.query(`DELETE FROM "Message" WHERE id > 'msg_01'`)
  await client.query('TRUNCATE "Event", "IdempotencyKey", "InboundDelivery"')
  await client.query(
    `UPDATE "Conversation" SET "windowExpiresAt" = now() + interval '24 hours' WHERE "organizationId" = $1 AND id > $2`,
    [organizations.main, conversationId(size.conversations - size.recent)],
  )
  await client.query('VACUUM ANALYZE "Conversation", "Message", "Event"')
}
