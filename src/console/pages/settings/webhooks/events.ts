/** What an endpoint can be told of, in the order in which it is offered. */
export const webhookEvents: Readonly<Record<string, string>> = {
  'message.received': 'A customer wrote',
  'message.sent': 'WhatsApp accepted a message',
  'message.delivered': "A message reached the customer's phone",
  'message.read': 'The customer read a message',
  'message.failed': 'A message was given up',
  'message.unknown': 'Nobody knows yet whether WhatsApp accepted a message',
  'conversation.opened': 'A conversation began or was reopened',
  'conversation.assigned': 'A conversation was given to a member, or taken back',
  'conversation.resolved': 'A conversation was resolved',
  'contact.created': 'A contact was created',
  'contact.updated': 'A contact changed',
  'contact.opted_out': 'A contact no longer wants to be written to',
  'payment.completed': 'A payment link was paid',
  'broadcast.completed': 'A broadcast came to its end',
}
