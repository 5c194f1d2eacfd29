import { Anchor, Text } from '@mantine/core'
import { File as FileIcon, MapPin, ShoppingCart, User } from 'react-feather'
import type { Message } from './inbox-store.ts'
import { InteractiveBody } from './interactive-body.tsx'
import classes from './message.module.css'
import { TemplateBody } from './template-body.tsx'

/** The bytes of a file of ours; the session's cookie goes with the request. */
export const mediaPath = (mediaId: string): string => `/api/media/${encodeURIComponent(mediaId)}`

type Content = Record<string, unknown>
type BodyProps = { content: Content; message: Message }

const text = (content: Content, field: string): string | null => {
  const value = content[field]
  return typeof value === 'string' && value !== '' ? value : null
}

/** What a message holds, whatever its kind. */
export function MessageBody({ message }: { message: Message }) {
  const Body = bodies[message.type]
  return <Body content={(message.contentData ?? {}) as Content} message={message} />
}

const bodies: Record<Message['type'], (props: BodyProps) => React.ReactNode> = {
  TEXT: ({ message }) => <Words>{message.text}</Words>,
  BUTTON: ({ message }) => <Words>{message.text}</Words>,
  IMAGE: ({ content }) => (
    <>
      <Picture content={content} alt={text(content, 'caption') ?? 'Photo'} className={classes.image ?? ''} />
      <Words>{text(content, 'caption')}</Words>
    </>
  ),
  STICKER: ({ content }) => <Picture content={content} alt="Sticker" className={classes.sticker ?? ''} />,
  VIDEO: ({ content }) => (
    <>
      <WithFile content={content}>
        {(src) => (
          // biome-ignore lint/a11y/useMediaCaption: customers send none.
          <video src={src} controls preload="metadata" className={classes.image} aria-label="Video" />
        )}
      </WithFile>
      <Words>{text(content, 'caption')}</Words>
    </>
  ),
  AUDIO: ({ content }) => (
    <WithFile content={content}>
      {(src) => (
        // biome-ignore lint/a11y/useMediaCaption: customers send none.
        <audio
          src={src}
          controls
          preload="metadata"
          className={classes.audio}
          aria-label={content.voice === true ? 'Voice note' : 'Audio'}
        />
      )}
    </WithFile>
  ),
  DOCUMENT: ({ content }) => (
    <>
      <WithFile content={content}>
        {(src) => (
          <Anchor href={src} download className={classes.file}>
            <FileIcon size={22} aria-hidden />
            <span>{text(content, 'filename') ?? 'Document'}</span>
          </Anchor>
        )}
      </WithFile>
      <Words>{text(content, 'caption')}</Words>
    </>
  ),
  LOCATION: ({ content }) => (
    <div className={classes.card}>
      <MapPin size={20} aria-hidden />
      <div>
        <Text size="sm" fw={600}>
          {text(content, 'name') ?? 'Location'}
        </Text>
        {text(content, 'address') && <Text size="xs">{text(content, 'address')}</Text>}
        <Text size="xs" className={classes.figures}>
          {Number(content.latitude).toFixed(5)}, {Number(content.longitude).toFixed(5)}
        </Text>
      </div>
    </div>
  ),
  CONTACT: ({ content }) => (
    <>
      {cardsOf(content).map(({ name, phones }) => (
        <div key={`${name} ${phones.join()}`} className={classes.card}>
          <User size={20} aria-hidden />
          <div>
            <Text size="sm" fw={600}>
              {name}
            </Text>
            {phones.map((phone) => (
              <Text key={phone} size="xs">
                {phone}
              </Text>
            ))}
          </div>
        </div>
      ))}
    </>
  ),
  TEMPLATE: ({ content }) => <TemplateBody content={content} />,
  INTERACTIVE: ({ content, message }) => <InteractiveBody interactive={content.interactive} title={message.text} />,
  REACTION: ({ content }) => <Words>{`Reacted ${text(content, 'emoji') ?? 'no more'}`}</Words>,
  ORDER: ({ content }) => (
    <div className={classes.card}>
      <ShoppingCart size={20} aria-hidden />
      <div>
        <Text size="sm" fw={600}>
          Order
        </Text>
        {itemsOf(content).map(({ id, quantity, price, currency }) => (
          <Text key={id} size="xs">
            {quantity} × {id}, {price} {currency}
          </Text>
        ))}
        <Words>{text(content, 'text')}</Words>
      </div>
    </div>
  ),
  SYSTEM: ({ content }) => <Words>{text(content, 'text')}</Words>,
  UNSUPPORTED: ({ content }) => (
    <Text size="sm" fs="italic">
      A kind of message that WhatsApp does not pass on
      {text(content, 'unsupportedType') ? ` (${text(content, 'unsupportedType')})` : ''}. See it on a phone.
    </Text>
  ),
}

const Words = ({ children }: { children: string | null }) =>
  children ? <span className={classes.text}>{linked(children)}</span> : null

/** Addresses in a text can be followed; nothing else of it is anything but text. */
function linked(words: string): React.ReactNode[] {
  return words.split(/(https?:\/\/[^\s<>"]+)/).map((part, i) =>
    i % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text stay in their places.
      <Anchor key={i} href={part} target="_blank" rel="noopener noreferrer" inherit underline="always" c="inherit">
        {part}
      </Anchor>
    ) : (
      part
    ),
  )
}

function WithFile({ content, children }: { content: Content; children: (src: string) => React.ReactNode }) {
  const id = text(content, 'mediaId')
  if (id !== null) return children(mediaPath(id))
  return (
    <Text size="sm" fs="italic">
      The file is not here
    </Text>
  )
}

const Picture = ({ content, alt, className }: { content: Content; alt: string; className: string }) => (
  <WithFile content={content}>
    {(src) => (
      <a href={src} target="_blank" rel="noopener">
        <img src={src} alt={alt} className={className} loading="lazy" />
      </a>
    )}
  </WithFile>
)

function cardsOf({ contacts }: Content): { name: string; phones: string[] }[] {
  if (!Array.isArray(contacts)) return []
  return contacts.map((card) => {
    const { name, phones, phone } = card as { name?: unknown; phones?: { phone?: string }[]; phone?: string }
    const formatted =
      typeof name === 'string' ? name : (name as { formatted_name?: string } | undefined)?.formatted_name
    const numbers = (phones ?? []).flatMap((entry) => entry.phone ?? [])
    return { name: formatted ?? 'Contact', phones: numbers.length > 0 ? numbers : phone ? [phone] : [] }
  })
}

type Item = { id: string; quantity: string; price: string; currency: string }

function itemsOf({ productItems }: Content): Item[] {
  if (!Array.isArray(productItems)) return []
  return productItems.map((item: Record<string, unknown>) => ({
    id: String(item.product_retailer_id ?? ''),
    quantity: String(item.quantity ?? ''),
    price: String(item.item_price ?? ''),
    currency: String(item.currency ?? ''),
  }))
}
