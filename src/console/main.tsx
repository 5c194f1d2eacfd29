import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import './styles.css'
import { setNonce } from 'get-nonce'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/app.tsx'
import { styleNonce } from './app/theme.ts'

// Dialogs keep the page below from scrolling by a style of their own.
setNonce(styleNonce())

const place = document.getElementById('console')
if (place) {
  createRoot(place).render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
}
