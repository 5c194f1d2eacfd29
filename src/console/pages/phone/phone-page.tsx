import { Box } from '@mantine/core'
import { useEffect, useState } from 'react'
import { Smartphone } from 'react-feather'
import { useConsole } from '../../app/console-context.ts'
import { Empty } from '../../app/page.tsx'
import { ConversationPane } from '../inbox/conversation-pane.tsx'
import { theInbox } from '../inbox/inbox-store.ts'
import { useObservable } from '../inbox/observable.ts'
import classes from './phone.module.css'
import { Phone } from './phone.tsx'
import { Simulator } from './simulator.ts'

/** Kept while other pages are shown. */
let lastCustomer = { from: '919812345678', name: 'Asha Rao' }

/** A customer's phone, and beside it the conversation as the inbox has it. Only where the simulator runs. */
export default function PhonePage() {
  const { simulatorUrl } = useConsole()
  const [customer, setCustomer] = useState(lastCustomer)
  const [simulator] = useState(() => new Simulator(simulatorUrl ?? ''))
  const conversationId = useConversationOf(customer.from)
  const choose = (next: typeof customer) => {
    lastCustomer = next
    setCustomer(next)
  }
  return (
    <div className={classes.page}>
      <Phone
        key={customer.from}
        simulator={simulator}
        customer={customer}
        onCustomer={choose}
        conversationId={conversationId}
      />
      <Box className={classes.beside}>
        {conversationId === null ? (
          <Empty icon={Smartphone} title="What the customer writes appears here">
            Write something on the phone: it goes through WhatsApp's simulator and the signed webhook into the inbox.
          </Empty>
        ) : (
          <ConversationPane key={conversationId} id={conversationId} />
        )}
      </Box>
    </div>
  )
}

/** The conversation with a number, as soon as there is one. */
function useConversationOf(digits: string): string | null {
  const list = theInbox().list({ status: null, assignedToId: null, unread: false, search: digits })
  const { rows } = useObservable(list)
  useEffect(() => {
    if (list.value.rows.length === 0) void list.loadMore()
  }, [list])
  return rows.find(({ contact }) => contact.phone?.replace(/\D/g, '') === digits)?.id ?? null
}
