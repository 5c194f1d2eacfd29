type Component = {
  type: string
  format?: string
  text?: string
  buttons?: { type: string; text?: string; url?: string }[]
}
type Template = { components: unknown; parameterFormat: string }

export type Place = {
  key: string
  label: string
  example: string
}

/** What is to be filled in of a template: the places of its texts, the file of its header, the ends of its links. */
export function placesOf({ components }: Template): Place[] {
  return (components as Component[]).flatMap((component) => {
    if (component.type === 'HEADER' && component.format && component.format in mediaFormats) {
      const kind = component.format.toLowerCase()
      return [{ key: `header:${kind}`, label: `Address of the ${kind}`, example: 'https://...' }]
    }
    if (component.type === 'BUTTONS') {
      return (component.buttons ?? []).flatMap(({ type, text, url }, i) =>
        type === 'URL' && url?.includes('{{')
          ? [{ key: `button:${i}`, label: `End of the link "${text}"`, example: url }]
          : [],
      )
    }
    const where = component.type.toLowerCase()
    return namesIn(component.text).map((name) => ({
      key: `${where}:${name}`,
      label: `${where === 'header' ? 'Header' : 'Text'} {{${name}}}`,
      example: '',
    }))
  })
}

/** Meta's `components` with these values, in the places that they belong to. */
export function componentsOf({ components, parameterFormat }: Template, values: Record<string, string>): object[] {
  const named = parameterFormat === 'NAMED'
  const parameter = (where: string) => (name: string) => ({
    type: 'text',
    ...(named ? { parameter_name: name } : {}),
    text: values[`${where}:${name}`] ?? '',
  })
  return (components as Component[]).flatMap((component): object[] => {
    if (component.type === 'HEADER' && component.format && component.format in mediaFormats) {
      const kind = component.format.toLowerCase()
      const link = values[`header:${kind}`] ?? ''
      return [{ type: 'header', parameters: [{ type: kind, [kind]: { link } }] }]
    }
    if (component.type === 'BUTTONS') {
      return (component.buttons ?? []).flatMap(({ type, url }, i) => {
        if (type !== 'URL' || !url?.includes('{{')) return []
        const parameters = [{ type: 'text', text: values[`button:${i}`] ?? '' }]
        return [{ type: 'button', sub_type: 'url', index: String(i), parameters }]
      })
    }
    const where = component.type.toLowerCase()
    const names = namesIn(component.text)
    return names.length === 0 ? [] : [{ type: where, parameters: names.map(parameter(where)) }]
  })
}

const mediaFormats = { IMAGE: true, VIDEO: true, DOCUMENT: true }

/** The names in {{ }}, each once, in their order. */
const namesIn = (text: string | undefined): string[] => [
  ...new Set([...(text ?? '').matchAll(/\{\{\s*(\w+)\s*\}\}/g)].flatMap(([, name]) => name ?? [])),
]
