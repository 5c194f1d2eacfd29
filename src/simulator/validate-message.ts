import { invalidParameter, invalidValue } from './errors.js'
import type { JsonObject } from './json.js'
import type { MediaKind, MediaStore } from './media-store.js'
import { isHttpUrl } from './options.js'
import {
  arrayParam,
  at,
  numberParam,
  objectParam,
  onlyKeys,
  optionalBoolean,
  optionalString,
  stringParam,
} from './params.js'

/** Text, media, location, contacts and reactions, held to the limits of section 2. */

const mostText = 4096
const mostCaption = 1024

export function validateText(value: unknown): void {
  const text = objectParam(value, 'text')
  onlyKeys(text, 'text', ['body', 'preview_url'])
  stringParam(text.body, at('text', 'body'), mostText)
  optionalBoolean(text.preview_url, at('text', 'preview_url'))
}

const mediaKeys: Record<MediaKind, readonly string[]> = {
  image: ['id', 'link', 'caption', 'provider'],
  video: ['id', 'link', 'caption', 'provider'],
  document: ['id', 'link', 'caption', 'filename', 'provider'],
  audio: ['id', 'link', 'voice', 'provider'],
  sticker: ['id', 'link', 'provider'],
}

export function validateMedia(kind: MediaKind, value: unknown, store: MediaStore): void {
  const media = objectParam(value, kind)
  onlyKeys(media, kind, mediaKeys[kind])
  validateMediaSource(media, kind, store)
  optionalString(media.caption, at(kind, 'caption'), mostCaption)
  optionalString(media.filename, at(kind, 'filename'), 240)
  optionalBoolean(media.voice, at(kind, 'voice'))
}

/** Exactly one of an uploaded file's id and a link. A link is not fetched: that would need a network. */
export function validateMediaSource(media: JsonObject, path: string, store: MediaStore): void {
  const { id, link } = media
  if ((id === undefined) === (link === undefined)) {
    throw invalidParameter('Invalid parameter', `Exactly one of ${at(path, 'id')} and ${at(path, 'link')} is required.`)
  }
  if (link !== undefined) {
    if (typeof link !== 'string' || !isHttpUrl(link))
      throw invalidParameter(`Param ${at(path, 'link')} is not a valid URI.`)
    return
  }
  if ((typeof id !== 'string' && typeof id !== 'number') || !store.find(String(id))) {
    throw invalidValue(`Media with ${at(path, 'id')} ${String(id).slice(0, 100)} was not found.`)
  }
}

export function validateLocation(value: unknown): void {
  const location = objectParam(value, 'location')
  onlyKeys(location, 'location', ['latitude', 'longitude', 'name', 'address'])
  numberParam(location.latitude, at('location', 'latitude'), -90, 90)
  numberParam(location.longitude, at('location', 'longitude'), -180, 180)
  optionalString(location.name, at('location', 'name'), 1000)
  optionalString(location.address, at('location', 'address'), 1000)
}

const nameParts = ['first_name', 'last_name', 'middle_name', 'suffix', 'prefix']

export function validateContacts(value: unknown): void {
  const contacts = arrayParam(value, 'contacts')
  if (contacts.length < 1 || contacts.length > 257) throw invalidValue('contacts must hold from 1 to 257 contacts.')
  contacts.forEach((entry, index) => {
    const path = at('contacts', index)
    const contact = objectParam(entry, path)
    const name = objectParam(contact.name, at(path, 'name'))
    stringParam(name.formatted_name, at(at(path, 'name'), 'formatted_name'))
    if (!nameParts.some((part) => typeof name[part] === 'string' && name[part] !== '')) {
      throw invalidValue(
        `At least one of the optional parameters of ${at(path, 'name')} needs to be included along with the formatted_name parameter.`,
      )
    }
    for (const list of ['phones', 'emails', 'urls', 'addresses']) {
      if (contact[list] === undefined) continue
      arrayParam(contact[list], at(path, list)).forEach((item, place) => {
        objectParam(item, at(at(path, list), place))
      })
    }
    if (contact.birthday !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(String(contact.birthday))) {
      throw invalidValue(`${at(path, 'birthday')} must be YYYY-MM-DD.`)
    }
  })
}

const emojiPattern = /^(?:\p{Extended_Pictographic}|\p{Regional_Indicator}|[#*0-9]\ufe0f?\u20e3)/u

/** `emoji: ""` takes a reaction back. */
export function validateReaction(value: unknown): void {
  const reaction = objectParam(value, 'reaction')
  onlyKeys(reaction, 'reaction', ['message_id', 'emoji'])
  stringParam(reaction.message_id, at('reaction', 'message_id'), 512)
  const emoji = optionalString(reaction.emoji, at('reaction', 'emoji'), 16)
  if (emoji && !emojiPattern.test(emoji)) throw invalidValue(`${at('reaction', 'emoji')} is not an emoji.`)
}
