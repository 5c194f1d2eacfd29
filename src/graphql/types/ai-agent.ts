import { createAiAgent, deleteAiAgent, findAiAgent, listAiAgents, updateAiAgent } from '../../ai-agents/ai-agents.js'
import { type BusinessHours, type OpenInterval, weekdays } from '../../ai-agents/business-hours.js'
import { aiAgentLimits as limits } from '../../ai-agents/limits.js'
import { AiAgentTask, AiProvider } from '../../generated/prisma/client.js'
import { builder, ownRow } from '../builder.js'
import { pageQuery, rowQuery, toConnection, wholeRow } from '../connections.js'
import { listCost } from '../cost.js'

const TaskEnum = builder.enumType('AiAgentTask', {
  description: 'What an AI agent is for.',
  values: {
    [AiAgentTask.FAQ]: { description: 'Answers questions from what its prompt says.' },
    [AiAgentTask.SUPPORT]: { description: 'Helps customers with what they have.' },
    [AiAgentTask.SALES]: { description: 'Advises and sells.' },
    [AiAgentTask.LEAD_QUALIFICATION]: { description: 'Finds out who is interested, and in what.' },
    [AiAgentTask.BOOKING]: { description: 'Arranges appointments.' },
    [AiAgentTask.ORDERS]: { description: 'Takes orders and tells of them.' },
    [AiAgentTask.FEEDBACK]: { description: 'Asks how it was.' },
    [AiAgentTask.CUSTOM]: { description: 'What its prompt says, and nothing besides.' },
  },
})

const ProviderEnum = builder.enumType('AiProvider', {
  description: "Whose chat completions an AI agent uses, in OpenAI's form.",
  values: {
    [AiProvider.OPENAI]: { description: 'OpenAI.' },
    [AiProvider.ANTHROPIC]: { description: "Anthropic's OpenAI-compatible endpoint." },
    [AiProvider.GOOGLE]: { description: "Gemini's OpenAI-compatible endpoint." },
    [AiProvider.MISTRAL]: { description: 'Mistral.' },
    [AiProvider.GROQ]: { description: 'Groq.' },
    [AiProvider.OPENROUTER]: { description: 'OpenRouter.' },
    [AiProvider.CUSTOM]: { description: 'Any other, at the base URL given.' },
  },
})

const WeekdayEnum = builder.enumType('Weekday', {
  description: 'A day of the week.',
  values: Object.fromEntries(
    weekdays.map((day) => [day, { description: `${day[0]}${day.slice(1).toLowerCase()}.` }]),
  ) as Record<(typeof weekdays)[number], { description: string }>,
})

const time = { from: 'The beginning, as "09:00".', to: 'The end, as "18:00"; "24:00" is midnight.' }

const OpenIntervalType = builder.objectRef<OpenInterval>('OpenInterval').implement({
  description: 'Hours of one day.',
  fields: (t) => ({
    day: t.expose('day', { type: WeekdayEnum, description: 'The day.' }),
    from: t.exposeString('from', { description: time.from }),
    to: t.exposeString('to', { description: time.to }),
  }),
})

const BusinessHoursType = builder.objectRef<BusinessHours>('BusinessHours').implement({
  description: 'When an AI agent answers.',
  fields: (t) => ({
    timeZone: t.exposeString('timeZone', { description: 'Whose clocks count, such as Asia/Kolkata.' }),
    days: t.expose('days', {
      type: [OpenIntervalType],
      description: `The hours, at most ${limits.intervals} intervals.`,
    }),
  }),
})

export const AiAgentNode = builder.prismaNode('AiAgent', {
  id: { resolve: (row) => row.id, description: 'The AI agent id (`agt_...`).' },
  nullable: true,
  findUnique: ownRow,
  select: { organizationId: true, id: true },
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What people call it.' }),
    task: t.expose('task', { type: TaskEnum, description: 'What it is for.' }),
    triggerKeywords: t.exposeStringList('triggerKeywords', {
      description: "Words or phrases of a customer's message that bring it in; none: every message does.",
    }),
    handoverKeywords: t.exposeStringList('handoverKeywords', {
      description: "Words or phrases of a customer's message that call a person.",
    }),
    prompt: t.exposeString('prompt', { description: 'What it is told.' }),
    provider: t.expose('provider', { type: ProviderEnum, description: 'Whose chat completions it uses.' }),
    model: t.exposeString('model', { description: 'The model, by the name that the provider knows.' }),
    baseUrl: t.exposeString('baseUrl', {
      nullable: true,
      description: "Where the chat completions are; null: the provider's own address.",
    }),
    hasApiKey: t.boolean({
      description: 'Whether it has a key of the provider. The key itself is never shown.',
      select: { apiKey: true },
      resolve: ({ apiKey }) => apiKey !== null,
    }),
    temperature: t.exposeFloat('temperature', { nullable: true, description: "Null: the model's own default." }),
    maxTurns: t.exposeInt('maxTurns', { description: 'Answers in a conversation before a person gets it.' }),
    businessHours: t.field({
      type: BusinessHoursType,
      nullable: true,
      description: 'When it answers; null: always.',
      select: { businessHours: true },
      resolve: ({ businessHours }) => businessHours as BusinessHours | null,
    }),
    active: t.exposeBoolean('active', { description: 'Whether it answers.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
  }),
})

builder.queryField('aiAgents', (t) =>
  t.connection(
    {
      type: AiAgentNode,
      description: 'AI agents, newest first.',
      args: {
        active: t.arg.boolean({ description: 'Only those that answer, or only those that do not.' }),
        skip: t.arg.int({ description: 'How many rows to leave out first.' }),
      },
      authScopes: { scope: 'agents:read' },
      complexity: listCost,
      resolve: async (_root, { active, ...args }, ctx, info) =>
        toConnection(await listAiAgents(ctx, { active }, args, pageQuery(ctx, info))),
    },
    { name: 'AiAgentConnection', description: 'A page of AI agents.' },
    { name: 'AiAgentEdge', description: 'An AI agent in a list.' },
  ),
)

builder.queryField('aiAgent', (t) =>
  t.field({
    type: AiAgentNode,
    nullable: true,
    description: 'One AI agent; null where there is none of this id.',
    args: { id: t.arg.id({ required: true, description: 'The AI agent id.' }) },
    authScopes: { scope: 'agents:read' },
    resolve: (_root, { id }, ctx, info) => findAiAgent(ctx, id, rowQuery(ctx, info)),
  }),
)

const OpenIntervalInput = builder.inputType('OpenIntervalInput', {
  description: 'Hours of one day; hours over midnight are two of these.',
  fields: (t) => ({
    day: t.field({ type: WeekdayEnum, required: true, description: 'The day.' }),
    from: t.string({ required: true, description: time.from }),
    to: t.string({ required: true, description: time.to }),
  }),
})

const BusinessHoursInput = builder.inputType('BusinessHoursInput', {
  description: 'When an AI agent answers.',
  fields: (t) => ({
    timeZone: t.string({ required: true, description: 'Whose clocks count, such as Asia/Kolkata.' }),
    days: t.field({
      type: [OpenIntervalInput],
      required: true,
      description: `The hours, 1 to ${limits.intervals} intervals.`,
    }),
  }),
})

const about = {
  name: `At most ${limits.nameCharacters} characters.`,
  triggerKeywords: "Words or phrases of a customer's message that bring it in; none: every message does.",
  handoverKeywords: 'Words or phrases that call a person; "human" by default.',
  prompt: `What it is told: at most ${limits.promptCharacters} characters.`,
  model: 'The model, by the name that the provider knows.',
  baseUrl: 'An https URL that leads to a public address, above `/chat/completions`. Needed with CUSTOM.',
  apiKey: 'A key of the provider. It is stored encrypted and never shown.',
  temperature: "0 to 2; null: the model's own default.",
  maxTurns: `Answers in a conversation before a person gets it: 1 to ${limits.maxTurns.most}, ${limits.maxTurns.default} by default.`,
  businessHours: 'When it answers; null: always.',
  active: 'Whether it answers; false by default.',
}

builder.relayMutationField(
  'createAiAgent',
  {
    description: 'A new AI agent.',
    inputFields: (t) => ({
      name: t.string({ required: true, description: about.name }),
      task: t.field({ type: TaskEnum, required: true, description: 'What it is for.' }),
      triggerKeywords: t.stringList({ description: about.triggerKeywords }),
      handoverKeywords: t.stringList({ description: about.handoverKeywords }),
      prompt: t.string({ required: true, description: about.prompt }),
      provider: t.field({ type: ProviderEnum, required: true, description: 'Whose chat completions it uses.' }),
      model: t.string({ required: true, description: about.model }),
      baseUrl: t.string({ description: about.baseUrl }),
      apiKey: t.string({ description: about.apiKey }),
      temperature: t.float({ description: about.temperature }),
      maxTurns: t.int({ description: about.maxTurns }),
      businessHours: t.field({ type: BusinessHoursInput, description: about.businessHours }),
      active: t.boolean({ description: about.active }),
    }),
  },
  {
    description: 'Creates an AI agent. Active, it answers what customers write from now on.',
    authScopes: { scope: 'agents:write' },
    resolve: async (_root, { input }, ctx) => ({ aiAgent: await createAiAgent(ctx, input) }),
  },
  {
    description: 'The new AI agent.',
    outputFields: (t) => ({
      aiAgent: t.field({
        type: AiAgentNode,
        description: 'The new AI agent.',
        resolve: (payload, _args, ctx, info) => wholeRow(ctx, info, payload.aiAgent),
      }),
    }),
  },
)

builder.relayMutationField(
  'updateAiAgent',
  {
    description:
      'What changes of an AI agent. Absent leaves as it is; null takes away baseUrl, apiKey, temperature and businessHours.',
    inputFields: (t) => ({
      id: t.id({ required: true, description: 'The AI agent.' }),
      name: t.string({ description: about.name }),
      task: t.field({ type: TaskEnum, description: 'What it is for.' }),
      triggerKeywords: t.stringList({ description: about.triggerKeywords }),
      handoverKeywords: t.stringList({ description: about.handoverKeywords }),
      prompt: t.string({ description: about.prompt }),
      provider: t.field({ type: ProviderEnum, description: 'Whose chat completions it uses.' }),
      model: t.string({ description: about.model }),
      baseUrl: t.string({ description: about.baseUrl }),
      apiKey: t.string({ description: about.apiKey }),
      temperature: t.float({ description: about.temperature }),
      maxTurns: t.int({ description: about.maxTurns }),
      businessHours: t.field({ type: BusinessHoursInput, description: about.businessHours }),
      active: t.boolean({ description: 'False: people get the conversations that it is in.' }),
    }),
  },
  {
    description: 'Changes an AI agent.',
    authScopes: { scope: 'agents:write' },
    resolve: async (_root, { input }, ctx) => ({ aiAgent: await updateAiAgent(ctx, input) }),
  },
  {
    description: 'The changed AI agent.',
    outputFields: (t) => ({
      aiAgent: t.field({
        type: AiAgentNode,
        description: 'The AI agent as it is now.',
        resolve: (payload, _args, ctx, info) => wholeRow(ctx, info, payload.aiAgent),
      }),
    }),
  },
)

builder.relayMutationField(
  'deleteAiAgent',
  {
    description: 'Which AI agent to delete.',
    inputFields: (t) => ({ id: t.id({ required: true, description: 'The AI agent.' }) }),
  },
  {
    description: 'Deletes an AI agent. People get the conversations that it is in.',
    authScopes: { scope: 'agents:write' },
    resolve: async (_root, { input }, ctx) => ({ aiAgent: await deleteAiAgent(ctx, input) }),
  },
  {
    description: 'The deleted AI agent.',
    outputFields: (t) => ({
      aiAgent: t.field({
        type: AiAgentNode,
        description: 'The AI agent as it was.',
        resolve: (payload, _args, ctx, info) => wholeRow(ctx, info, payload.aiAgent),
      }),
    }),
  },
)
