import { type Preview, TemplateView } from '../pages/inbox/template-body.tsx'
import classes from './template-card.module.css'

/** A template as it arrives on a phone. */
export const TemplateCard = ({ preview }: { preview: Preview }) => (
  <div className={classes.paper}>
    <div className={classes.bubble}>
      <TemplateView preview={preview} />
    </div>
  </div>
)

/** A text as it arrives on a phone. */
export const TextCard = ({ text }: { text: string }) => (
  <div className={classes.paper}>
    <div className={classes.bubble} style={{ whiteSpace: 'pre-wrap' }}>
      {text}
    </div>
  </div>
)
