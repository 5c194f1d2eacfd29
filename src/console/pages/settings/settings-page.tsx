import { Redirect, Route, Switch } from 'wouter'
import { KeysPage } from './keys/keys-page.tsx'
import { QuickRepliesPage } from './quick-replies/quick-replies-page.tsx'
import { WebhookPage } from './webhooks/webhook-page.tsx'
import { WebhooksPage } from './webhooks/webhooks-page.tsx'

export default function SettingsPage() {
  return (
    <Switch>
      <Route path="/keys">
        <KeysPage />
      </Route>
      <Route path="/quick-replies">
        <QuickRepliesPage />
      </Route>
      <Route path="/webhooks">
        <WebhooksPage />
      </Route>
      <Route path="/webhooks/:id">{({ id }) => <WebhookPage id={id} />}</Route>
      <Route>
        <Redirect to="/keys" replace />
      </Route>
    </Switch>
  )
}
