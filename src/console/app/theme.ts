import { createTheme, type MantineColorsTuple } from '@mantine/core'

/** Its eighth shade is dark enough for white text, its first five light enough for dark text. */
const leaf: MantineColorsTuple = [
  '#e8f9f0',
  '#d0f1df',
  '#a3e4c1',
  '#72d6a1',
  '#4acb86',
  '#32c475',
  '#1fae64',
  '#0f8f50',
  '#0b7a4b',
  '#055f39',
]

export const theme = createTheme({
  colors: { leaf },
  primaryColor: 'leaf',
  primaryShade: { light: 8, dark: 8 },
  defaultRadius: 'md',
  fontFamily:
    'Inter, "Segoe UI", system-ui, -apple-system, "Noto Sans", Roboto, "Helvetica Neue", Arial, "Noto Color Emoji", sans-serif',
  headings: { fontWeight: '650' },
  cursorType: 'pointer',
  focusRing: 'auto',
})

/** What the server let this page's styles through by (its Content-Security-Policy). */
export const styleNonce = (): string => document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? ''
