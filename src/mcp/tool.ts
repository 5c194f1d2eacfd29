import type { ToolAnnotations } from '@modelcontextprotocol/server'
import type { z } from 'zod'
import type { NamedScope } from '../core/scopes.js'
import type { Operation } from '../operations/execute.js'

/** One tool: which document it is, how its arguments become the variables and the data its answer. */
export type Tool<Data, Variables, Input extends z.ZodObject, Output extends z.ZodObject> = {
  name: string
  title: string
  /** For a model that has to choose among many tools: what it does, and when to use it. */
  description: string
  /** What the document's field asks of a key; a test holds the two together. */
  scope: NamedScope
  annotations: ToolAnnotations
  input: Input
  output: Output
  operation: Operation<Data, Variables>
  /** Arguments that the graph calls otherwise, by its names: so that faults speak of what the caller gave. */
  names?: Readonly<Record<string, string>>
  variables(input: z.output<Input>): Variables
  /** Null: there is no such thing, NOT_FOUND. */
  shape(data: Data): z.input<Output> | null
}

export type AnyTool = Tool<unknown, unknown, z.ZodObject, z.ZodObject>

/** Keeps each row's own types while it is written; whoever runs it needs them no more. */
export const tool = <Data, Variables, Input extends z.ZodObject, Output extends z.ZodObject>(
  row: Tool<Data, Variables, Input, Output>,
) => row as unknown as AnyTool

/** It only looks, at this organization's inbox and nowhere else. */
export const reads = { readOnlyHint: true, openWorldHint: false } satisfies ToolAnnotations

/** It adds and takes nothing away; repeated with the same arguments it does so again, unless `idempotent`. */
export const adds = ({ idempotent, reachesOut }: { idempotent: boolean; reachesOut: boolean }) =>
  ({
    readOnlyHint: false,
    destructiveHint: false,
    idempotentHint: idempotent,
    openWorldHint: reachesOut,
  }) satisfies ToolAnnotations

type Page<Node> = { nodes: Node[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } }

/** A page of a list, each node as REST shows it. */
export const page = <Node, Shown>({ nodes, pageInfo }: Page<Node>, shape: (node: Node) => Shown) => ({
  data: nodes.map(shape),
  nextCursor: pageInfo.hasNextPage ? pageInfo.endCursor : null,
})

export const asIs = <T>(value: T): T => value
