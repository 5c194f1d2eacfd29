export type GraphiqlTab = { query: string; variables: string }

const variables = (value: Record<string, unknown>) => JSON.stringify(value, null, 2)

/** What the playground opens with; each tab is titled by the name of its operation. */
export const graphiqlTabs: readonly [GraphiqlTab, ...GraphiqlTab[]] = [
  {
    query: `# Sends one WhatsApp message. Put your API key into the field above first.
# Beyond 24 hours after the customer's last message only templates go out:
#   "content": { "template": { "templateName": "hello_world", "language": "en_US" } }
mutation Send($input: SendMessageInput!) {
  sendMessage(input: $input) {
    message {
      id
      conversationId
      type
      status
      text
      createdAt
    }
  }
}
`,
    variables: variables({ input: { to: '+91 98765 00001', content: { text: { text: 'Hello from GraphiQL' } } } }),
  },
  {
    query: `# The inbox: newest activity first, each conversation with its contact and last messages.
query Inbox($first: Int, $after: String) {
  conversations(first: $first, after: $after) {
    nodes {
      id
      status
      unreadCount
      lastMessageAt
      windowExpiresAt
      contact {
        id
        name
        phone
        tags
      }
      messages(first: 3) {
        nodes {
          id
          direction
          type
          status
          text
          createdAt
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
`,
    variables: variables({ first: 20 }),
  },
  {
    query: `# Every message as it comes, goes and changes. With "after" (a cursor) it first replays what came since.
subscription Live($conversationId: ID, $after: String) {
  messages(conversationId: $conversationId, after: $after) {
    cursor
    type
    message {
      id
      conversationId
      direction
      type
      status
      text
      createdAt
    }
  }
}
`,
    variables: variables({}),
  },
]
