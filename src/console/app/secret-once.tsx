import { Alert, Button, Code, CopyButton, Group, Modal, Stack, Text, VisuallyHidden } from '@mantine/core'
import { AlertTriangle, Check, Copy } from 'react-feather'
import classes from './secret-once.module.css'

type SecretOnceProps = {
  title: string
  /** What the secret is called: the name of the box it stands in. */
  name: string
  secret: string
  /** How it is used, ready to be copied. */
  example: { title: string; text: string }
  onClose: () => void
}

/** A secret that nobody can see again. A click beside the dialog does not close it. */
export const SecretOnce = ({ title, name, secret, example, onClose }: SecretOnceProps) => (
  <Modal
    opened
    onClose={onClose}
    title={title}
    size="lg"
    closeOnClickOutside={false}
    closeOnEscape={false}
    withCloseButton={false}
  >
    <Stack>
      <Alert color="orange" icon={<AlertTriangle size={18} />}>
        It is shown only now. Keep it where secrets are kept.
      </Alert>
      <Copied name={name} text={secret} />
      <div>
        <Text size="sm" fw={600} mb={4}>
          {example.title}
        </Text>
        <Copied name={example.title} text={example.text} />
      </div>
      <Group justify="flex-end">
        <Button onClick={onClose}>I have kept it</Button>
      </Group>
    </Stack>
  </Modal>
)

const Copied = ({ name, text }: { name: string; text: string }) => (
  <div className={classes.copied}>
    <Code block className={classes.text} aria-label={name} role="group" tabIndex={0}>
      {text}
    </Code>
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Button
          variant="default"
          size="xs"
          onClick={copy}
          leftSection={copied ? <Check size={14} /> : <Copy size={14} />}
        >
          {copied ? 'Copied' : 'Copy'}
          <VisuallyHidden>&nbsp;{name}</VisuallyHidden>
        </Button>
      )}
    </CopyButton>
  </div>
)
