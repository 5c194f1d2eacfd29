import { SecretOnce } from '../../../app/secret-once.tsx'

/** The secret that an endpoint checks signatures with, and how. */
export const WebhookSecret = ({ name, secret, onClose }: { name: string; secret: string; onClose: () => void }) => (
  <SecretOnce
    title={`The signing secret of ${name}`}
    name="Signing secret"
    secret={secret}
    example={{ title: 'Check a signature with Node', text: example(secret) }}
    onClose={onClose}
  />
)

const example = (secret: string): string =>
  [
    `const secret = '${secret}'`,
    "const hex = crypto.createHmac('sha256', secret).update(rawBody).digest('hex')",
    "const isOurs = req.headers['x-kaanha-signature'] === 'sha256=' + hex",
  ].join('\n')
