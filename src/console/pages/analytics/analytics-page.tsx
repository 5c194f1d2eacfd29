import { Paper, SegmentedControl, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core'
import { useMemo, useState } from 'react'
import { durationOf } from '../../app/durations.ts'
import { useGraph } from '../../app/hooks.ts'
import { Loadable, Page } from '../../app/page.tsx'
import { AnalyticsOfDocument, type AnalyticsOfQuery } from '../../generated/graphql.ts'
import { Chart } from './chart.tsx'

type Analytics = AnalyticsOfQuery['analytics']
type Durations = Analytics['firstResponse']

const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone
const shortDay = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' })
const colors = {
  received: 'var(--mantine-color-blue-6)',
  sent: 'var(--mantine-color-leaf-8)',
  delivered: 'var(--mantine-color-leaf-5)',
  read: 'var(--mantine-color-yellow-6)',
  failed: 'var(--mantine-color-red-6)',
}

/** How the team is doing. */
export default function AnalyticsPage() {
  const [days, setDays] = useState('30')
  const period = useMemo(() => periodOf(Number(days)), [days])
  const analytics = useGraph(AnalyticsOfDocument, { ...period, timeZone }, { staleTime: 60_000 })
  return (
    <Page
      title="Analytics"
      about={`Days and hours as in ${timeZone}.`}
      actions={
        <SegmentedControl
          aria-label="Period"
          data={[
            { value: '7', label: '7 days' },
            { value: '30', label: '30 days' },
            { value: '90', label: '90 days' },
          ]}
          value={days}
          onChange={setDays}
        />
      }
    >
      <Loadable of={analytics}>{(data) => <Figures of={data.analytics} />}</Loadable>
    </Page>
  )
}

/** So many whole days of the viewer's clock, today the last of them. */
function periodOf(days: number): { from: string; to: string } {
  const midnight = new Date()
  midnight.setHours(0, 0, 0, 0)
  const from = new Date(midnight)
  from.setDate(from.getDate() - days + 1)
  const to = new Date(midnight)
  to.setDate(to.getDate() + 1)
  return { from: from.toISOString(), to: to.toISOString() }
}

function Figures({ of: analytics }: { of: Analytics }) {
  const { byDay, byHour } = analytics
  return (
    <Stack gap="lg">
      <SimpleGrid cols={{ base: 2, sm: 4 }}>
        <Figure name="Received" value={analytics.received.toLocaleString()} />
        <Figure name="Sent" value={analytics.sent.toLocaleString()} about={`${analytics.failed} failed`} />
        <Figure
          name="Delivered"
          value={rate(analytics.deliveryRate)}
          about={`${analytics.delivered.toLocaleString()} of the sent`}
        />
        <Figure
          name="Read"
          value={rate(analytics.readRate)}
          about={`${analytics.read.toLocaleString()} of the delivered`}
        />
        <Figure
          name="Response rate"
          value={rate(analytics.responseRate)}
          about={`${analytics.answered} of ${analytics.conversations} conversations`}
        />
        <Figure
          name="First response"
          value={median(analytics.firstResponse)}
          about={aboutTime(analytics.firstResponse)}
        />
        <Figure name="Resolution" value={median(analytics.resolution)} about={aboutTime(analytics.resolution)} />
        <Figure name="Resolved" value={analytics.resolution.count.toLocaleString()} about="conversations" />
      </SimpleGrid>
      <Chart
        title="Messages by day"
        axis="Day"
        kind="lines"
        labels={byDay.map(({ date }) => shortDay.format(new Date(date)))}
        series={(['received', 'sent', 'delivered', 'read', 'failed'] as const).map((name) => ({
          name: `${name.charAt(0).toUpperCase()}${name.slice(1)}`,
          color: colors[name],
          values: byDay.map((day) => day[name]),
        }))}
      />
      <Chart
        title="Messages by hour of the day"
        axis="Hour"
        kind="bars"
        labels={byHour.map(({ hour }) => `${String(hour).padStart(2, '0')}:00`)}
        series={[
          { name: 'Received', color: colors.received, values: byHour.map(({ received }) => received) },
          { name: 'Sent', color: colors.sent, values: byHour.map(({ sent }) => sent) },
        ]}
      />
      <Members of={analytics.byMember} />
    </Stack>
  )
}

const Figure = ({ name, value, about }: { name: string; value: string; about?: string }) => (
  <Paper withBorder p="md">
    <Text size="xs" c="dimmed">
      {name}
    </Text>
    <Text size="xl" fw={650}>
      {value}
    </Text>
    {about && (
      <Text size="xs" c="dimmed">
        {about}
      </Text>
    )}
  </Paper>
)

const Members = ({ of: members }: { of: Analytics['byMember'] }) => (
  <Stack gap="xs">
    <Title order={2} size="h4">
      By member
    </Title>
    {members.length === 0 ? (
      <Text size="sm" c="dimmed">
        Nobody was assigned a conversation in this period.
      </Text>
    ) : (
      <Table.ScrollContainer minWidth={560} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
        <Table verticalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Member</Table.Th>
              <Table.Th>Conversations</Table.Th>
              <Table.Th>Response rate</Table.Th>
              <Table.Th>First response</Table.Th>
              <Table.Th>Resolved</Table.Th>
              <Table.Th>Resolution</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {members.map(({ memberId, member, conversations, responseRate, firstResponse, resolution }) => (
              <Table.Tr key={memberId}>
                <Table.Td>{member?.name ?? 'A former member'}</Table.Td>
                <Table.Td>{conversations}</Table.Td>
                <Table.Td>{rate(responseRate)}</Table.Td>
                <Table.Td>{median(firstResponse)}</Table.Td>
                <Table.Td>{resolution.count}</Table.Td>
                <Table.Td>{median(resolution)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    )}
  </Stack>
)

const rate = (value: number | null): string => (value === null ? '-' : `${Math.round(value * 100)} %`)
const median = ({ medianSeconds }: Pick<Durations, 'medianSeconds'>): string =>
  medianSeconds === null ? '-' : durationOf(medianSeconds)
const aboutTime = ({ meanSeconds }: Durations): string =>
  meanSeconds === null ? 'median' : `median; ${durationOf(meanSeconds)} on average`
