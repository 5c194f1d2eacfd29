import { Button, Group, Paper, Stepper } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { elsewhere } from '../../../app/faults.ts'
import { GraphError } from '../../../app/graph.ts'
import { queryClient, queryKeyOf } from '../../../app/hooks.ts'
import { newIdempotencyKey } from '../../../app/idempotency-key.ts'
import { Failure, Page } from '../../../app/page.tsx'
import { BroadcastsDocument } from '../../../generated/graphql.ts'
import { AudienceStep } from './audience-step.tsx'
import { DeliveryStep } from './delivery-step.tsx'
import { type Draft, emptyDraft, isReady, stepOf, steps, submit } from './draft.ts'
import { MessageStep } from './message-step.tsx'
import { ReviewStep } from './review-step.tsx'

const last = steps.length - 1
const fields = ['name', 'template', 'audience', 'scheduledAt', 'messagesPerSecond']

/** A broadcast, step by step; before it starts, the server says what would become of it. */
export function NewBroadcast() {
  const [, go] = useLocation()
  const [draft, setDraft] = useState<Draft>(emptyDraft)
  const [step, setStep] = useState(0)
  const [idempotencyKey] = useState(newIdempotencyKey)
  const toFault = (error: unknown) => {
    const path = error instanceof GraphError ? error.details[0]?.path : undefined
    if (path !== undefined) setStep(stepOf(path))
  }
  const check = useMutation({
    mutationFn: () => submit(draft, { dryRun: true }),
    onSuccess: () => setStep(last),
    onError: toFault,
  })
  const create = useMutation({
    mutationFn: () => submit(draft, { idempotencyKey }),
    onSuccess({ broadcast }) {
      void queryClient.invalidateQueries({ queryKey: queryKeyOf(BroadcastsDocument) })
      if (broadcast) go(`/${broadcast.id}`)
    },
    onError: toFault,
  })
  const error = create.error ?? check.error
  const rest = error ? elsewhere(error, ...fields) : null

  function change(part: Partial<Draft>) {
    setDraft((known) => ({ ...known, ...part }))
    check.reset()
    create.reset()
  }
  const next = () => (step === last - 1 ? check.mutate() : setStep(step + 1))
  const props = { draft, onChange: change, error }

  return (
    <Page title="New broadcast">
      <Stepper active={step} onStepClick={(to) => to < step && setStep(to)} size="sm">
        {steps.map((label) => (
          <Stepper.Step key={label} label={label} />
        ))}
      </Stepper>
      <Paper withBorder p="lg">
        {step === 0 && <MessageStep {...props} />}
        {step === 1 && <AudienceStep {...props} />}
        {step === 2 && <DeliveryStep {...props} />}
        {step === last && check.data?.report && <ReviewStep report={check.data.report} />}
      </Paper>
      {rest !== null && <Failure error={rest} />}
      <Group justify="space-between">
        <Button variant="default" onClick={() => (step === 0 ? go('/') : setStep(step - 1))}>
          {step === 0 ? 'Cancel' : 'Back'}
        </Button>
        {step < last ? (
          <Button onClick={next} disabled={!isReady(step, draft)} loading={check.isPending}>
            {step === last - 1 ? 'Review' : 'Next'}
          </Button>
        ) : (
          <Button onClick={() => create.mutate()} loading={create.isPending}>
            {draft.scheduledAt === '' ? 'Start broadcast' : 'Schedule broadcast'}
          </Button>
        )}
      </Group>
    </Page>
  )
}
