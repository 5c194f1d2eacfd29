import { Group, Paper, SegmentedControl, Table, Text } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { useState } from 'react'
import classes from './chart.module.css'
import { everyNth, roundUp } from './scale.ts'

export type Series = { name: string; color: string; values: number[] }
type ChartProps = {
  title: string
  /** What stands at the places of the horizontal axis, and in the first column of the table. */
  labels: string[]
  axis: string
  series: Series[]
  kind: 'lines' | 'bars'
}

const height = 220
const inset = { top: 10, right: 10, bottom: 24, left: 40 }

/** A chart, and the same as a table for whoever reads that better. */
export function Chart({ title, labels, axis, series, kind }: ChartProps) {
  const [as, setAs] = useState('chart')
  return (
    <Paper component="figure" withBorder p="md" className={classes.figure} aria-label={title}>
      <Group justify="space-between" mb="sm">
        <Text component="figcaption" fw={600}>
          {title}
        </Text>
        <SegmentedControl
          size="xs"
          aria-label={`${title} as`}
          data={[
            { value: 'chart', label: 'Chart' },
            { value: 'table', label: 'Table' },
          ]}
          value={as}
          onChange={setAs}
        />
      </Group>
      {as === 'chart' ? (
        <>
          <Drawing title={title} labels={labels} series={series} kind={kind} />
          <Group gap="md" mt="xs">
            {series.map(({ name, color }) => (
              <Group key={name} gap={6}>
                <span className={classes.swatch} style={{ background: color }} aria-hidden />
                <Text size="xs">{name}</Text>
              </Group>
            ))}
          </Group>
        </>
      ) : (
        <AsTable labels={labels} axis={axis} series={series} title={title} />
      )}
    </Paper>
  )
}

type DrawingProps = Pick<ChartProps, 'title' | 'labels' | 'series' | 'kind'>

function Drawing({ title, labels, series, kind }: DrawingProps) {
  const { ref, width } = useElementSize<HTMLDivElement>()
  const top = roundUp(Math.max(...series.flatMap(({ values }) => values), 1))
  const inner = { width: Math.max(width - inset.left - inset.right, 0), height: height - inset.top - inset.bottom }
  const slot = inner.width / labels.length
  const middle = (n: number) => inset.left + slot * (n + 0.5)
  const y = (value: number) => inset.top + inner.height * (1 - value / top)
  const nth = everyNth(labels.length, inner.width, 56)
  const totals = series.map(({ name, values }) => `${name} ${values.reduce((sum, value) => sum + value, 0)}`)

  return (
    <div ref={ref}>
      <svg width="100%" height={height} role="img" aria-label={`${title}: ${totals.join(', ')}`}>
        {[0, 0.5, 1].map((part) => (
          <g key={part}>
            <line
              className={classes.grid}
              x1={inset.left}
              x2={inset.left + inner.width}
              y1={y(top * part)}
              y2={y(top * part)}
            />
            <text className={classes.label} x={inset.left - 6} y={y(top * part) + 4} textAnchor="end">
              {Number.isInteger(top * part) ? (top * part).toLocaleString() : ''}
            </text>
          </g>
        ))}
        {labels.map((label, n) =>
          n % nth === 0 ? (
            <text key={label} className={classes.label} x={middle(n)} y={height - 6} textAnchor="middle">
              {label}
            </text>
          ) : null,
        )}
        {kind === 'lines'
          ? series.map(({ name, color, values }) => (
              <polyline
                key={name}
                points={values.map((value, n) => `${middle(n)},${y(value)}`).join(' ')}
                fill="none"
                stroke={color}
                strokeWidth={2}
                strokeLinejoin="round"
                strokeLinecap="round"
              />
            ))
          : series.map(({ name, color, values }, s) =>
              values.map((value, n) => {
                const bar = (slot * 0.7) / series.length
                return (
                  <rect
                    key={`${name} ${labels[n]}`}
                    x={middle(n) - slot * 0.35 + bar * s}
                    y={y(value)}
                    width={Math.max(bar - 1, 0)}
                    height={inset.top + inner.height - y(value)}
                    fill={color}
                    rx={1.5}
                  />
                )
              }),
            )}
        {labels.map((label, n) => (
          <rect
            key={label}
            x={middle(n) - slot / 2}
            y={inset.top}
            width={slot}
            height={inner.height}
            fill="transparent"
          >
            <title>{[label, ...series.map(({ name, values }) => `${name}: ${values[n] ?? 0}`)].join('\n')}</title>
          </rect>
        ))}
      </svg>
    </div>
  )
}

const AsTable = ({ title, labels, axis, series }: Pick<ChartProps, 'title' | 'labels' | 'axis' | 'series'>) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
  <section className={classes.scroll} tabIndex={0} aria-label={`${title}, as a table`}>
    <Table stickyHeader>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{axis}</Table.Th>
          {series.map(({ name }) => (
            <Table.Th key={name}>{name}</Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {labels.map((label, n) => (
          <Table.Tr key={label}>
            <Table.Td>{label}</Table.Td>
            {series.map(({ name, values }) => (
              <Table.Td key={name}>{values[n]}</Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  </section>
)
