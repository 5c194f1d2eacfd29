import { Alert, Paper, SimpleGrid, Stack, Text } from '@mantine/core'
import { durationOf } from '../../../app/durations.ts'
import { TextCard } from '../../../app/template-card.tsx'
import type { NewBroadcastMutation } from '../../../generated/graphql.ts'
import { skipWords } from '../broadcast-state.ts'

type Report = NonNullable<NewBroadcastMutation['createBroadcast']['report']>

/** What would become of it if it began now: the server's dry run. */
export function ReviewStep({ report }: { report: Report }) {
  const { total, wouldSend, durationSeconds, skipped, previews, csv } = report
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, xs: 3 }}>
        <Figure name="Will be written to" value={String(wouldSend)} />
        <Figure name="Recipients" value={String(total)} />
        <Figure name="Takes about" value={durationOf(durationSeconds)} />
      </SimpleGrid>
      {wouldSend === 0 && <Alert color="orange">Nobody would be written to.</Alert>}
      {skipped.length > 0 && (
        <Alert color="orange" title="Left out">
          {skipped.map(({ reason, count }) => (
            <Text key={reason} size="sm">
              {count}: {skipWords[reason]}
            </Text>
          ))}
        </Alert>
      )}
      {csv && <FileReport of={csv} />}
      {previews.length > 0 && (
        <Stack gap="xs">
          <Text size="sm" fw={600}>
            The first messages
          </Text>
          <SimpleGrid cols={{ base: 1, sm: 3 }}>
            {previews.map(({ contactId, phone, body }) => (
              <div key={contactId ?? phone}>
                <Text size="xs" c="dimmed" mb={4}>
                  To {phone ?? contactId}
                </Text>
                <TextCard text={body ?? ''} />
              </div>
            ))}
          </SimpleGrid>
        </Stack>
      )}
    </Stack>
  )
}

const FileReport = ({ of: { rows, rejected, newContacts, faults } }: { of: NonNullable<Report['csv']> }) => (
  <Alert color={rejected > 0 ? 'orange' : 'leaf'} title="The file">
    <Text size="sm">
      {rows} rows read, {rejected} refused; {newContacts} numbers become new contacts.
    </Text>
    {faults.map(({ line, reason }) => (
      <Text key={line} size="sm">
        Line {line}: {reason}
      </Text>
    ))}
  </Alert>
)

const Figure = ({ name, value }: { name: string; value: string }) => (
  <Paper withBorder p="md">
    <Text size="xs" c="dimmed">
      {name}
    </Text>
    <Text size="xl" fw={650}>
      {value}
    </Text>
  </Paper>
)
