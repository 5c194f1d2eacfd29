const times = (n: number, text: (i: number) => string): string => Array.from({ length: n }, (_, i) => text(i)).join(' ')

/** A request whose document is no other's. */
const document = (text: string) => (n: number) => JSON.stringify({ query: `#${n}\n${text}` })
const withVariables = (query: string, variables: () => unknown) => (n: number) =>
  JSON.stringify({ query: `#${n}\n${query}`, variables: variables() })

const createContact = 'mutation ($input: CreateContactInput!) { createContact(input: $input) { contact { id } } }'
const fragments = (n: number, of: (i: number) => string) => times(n, (i) => `fragment F${i} on Query { ${of(i)} }`)
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)

/** Requests that would take a server far more than they took to write, each of which must be refused, and cheaply. */
export const bombs: Record<string, (n: number) => string> = {
  'fields nested 1,900 deep': document('{a'.repeat(1900) + '}'.repeat(1900)),
  'a list argument nested 1,900 deep': document(`{ contacts(search: ${nested(1900)}) { totalCount } }`),
  '1,300 aliases': document(`{ ${times(1300, (i) => `a${i}: __typename`)} }`),
  '3,990 times one field': document(`{ ${times(3990, () => '__typename')} }`),
  '700 times one list': document(`{ ${times(700, () => 'contacts { totalCount }')} }`),
  '300 times one list of rows': document(`{ ${times(300, () => 'contacts { nodes { id name } }')} }`),
  '60 lists of 50 times one field': document(
    `{ ${times(60, () => `contacts { nodes { ${times(50, () => 'id')} } }`)} }`,
  ),
  '1,900 directives': document(`{ __typename ${times(1900, () => '@a')} }`),
  'a cycle of fragments': document('{ ...F0 } fragment F0 on Query { ...F1 } fragment F1 on Query { ...F0 }'),
  '99 fragments in cycles': document(
    `{ ...F0 } ${fragments(99, (i) => `...F${(i + 1) % 99} ...F${(i * 7 + 3) % 99}`)}`,
  ),
  '300 fragments in cycles': document(
    `{ ...F0 } ${fragments(300, (i) => `...F${(i + 1) % 300} ...F${(i * 7 + 3) % 300}`)}`,
  ),
  'fragments that double 95 times': document(
    `{ ...F0 } ${fragments(95, (i) => `...F${i + 1} ...F${i + 1}`)} fragment F95 on Query { __typename }`,
  ),
  '60 fragments with 50 fields each': document(
    `{ ${times(60, (i) => `...F${i}`)} } ${fragments(60, () => times(50, () => '__typename'))}`,
  ),
  'fragments that all spread all': document(
    `{ contacts { nodes { ${times(30, (i) => `...A${i}`)} } } }
     ${times(30, (i) => `fragment A${i} on Contact { ${times(30, (j) => `...B${j}`)} }`)}
     ${times(30, (j) => `fragment B${j} on Contact { id name }`)}`,
  ),
  '200,000 tokens': document(`{ ${times(200_000, () => 'id')} }`),
  'a comment of 900,000 characters': document(`#${'x'.repeat(900_000)}\n{ viewer { scopes } }`),
  'a text of 900,000 characters': document(`{ contacts(search: "${'x'.repeat(900_000)}") { totalCount } }`),
  '1,900 unknown fields': document(`{ ${times(1900, (i) => `conversation${i}`)} }`),
  '1,300 unknown arguments': document(`{ contacts(${times(1300, (i) => `firs${i}: 1`)}) { totalCount } }`),
  '3,900 ids in the document': document(`{ nodes(ids: [${times(3900, (i) => `"con_${i}"`)}]) { id } }`),
  '90,000 ids in the variables': withVariables('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', () =>
    Array(90_000).fill('con_x'),
  ),
  '9,900 wrong values in the variables': withVariables(createContact, () => ({
    input: { phone: '+919812345678', tags: Array(9900).fill(5) },
  })),
  '9,900 unknown input fields': withVariables(createContact, () => ({
    input: Object.fromEntries(Array.from({ length: 9900 }, (_, i) => [`field${i}`, 1])),
  })),
  '60,000 unknown input fields': withVariables(createContact, () => ({
    input: Object.fromEntries(Array.from({ length: 60_000 }, (_, i) => [`field${i}`, 1])),
  })),
  'variables nested 450,000 deep': (n) => `{"query":"#${n}\\n{viewer{scopes}}","variables":{"a":${nested(450_000)}}}`,
  'a batch of 5,000': () => JSON.stringify(Array(5000).fill({ query: '{ __typename }' })),
  'circular introspection': document(
    `{ __schema { types { ${'fields { type { '.repeat(20)} name ${'} }'.repeat(20)} } } }`,
  ),
  'introspection under 30 aliases': document(
    `{ ${times(30, (i) => `a${i}: __schema { types { fields { name args { name type { name } } } } }`)} }`,
  ),
  'rows that multiply': document(
    '{ conversations(first: 100) { nodes { messages(first: 100) { nodes { conversation { messages(first: 100) { nodes { id } } } } } } } }',
  ),
}
