import { notifications } from '@mantine/notifications'
import {
  QueryClient,
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { type Document, documentId, GraphError, graph, wordsOf } from './graph.ts'

const closeButtonProps = { 'aria-label': 'Close' }

/** Tried again: what had no answer, and what was one request too many. Everything else stays refused. */
const isPassing = (error: unknown) =>
  error instanceof GraphError && (error.code === null || error.code === 'RATE_LIMITED')

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (count, error) => isPassing(error) && count < 20,
      retryDelay: (count, error) =>
        error instanceof GraphError && error.retryAfterSeconds !== null
          ? error.retryAfterSeconds * 1000
          : Math.min(500 * 2 ** count, 5000),
      staleTime: 10_000,
      refetchOnWindowFocus: false,
    },
  },
})

export const queryKeyOf = (document: Document, variables?: unknown): unknown[] =>
  variables === undefined ? [documentId(document)] : [documentId(document), variables]

type QueryOptions = { enabled?: boolean; refetchInterval?: number | false; staleTime?: number }

/** A trusted query, cached by its variables. `data` stays while other variables load. */
export function useGraph<Result, Variables>(
  document: Document<Result, Variables>,
  variables: Variables,
  options: QueryOptions = {},
): UseQueryResult<Result, Error> {
  return useQuery({
    queryKey: queryKeyOf(document, variables),
    queryFn: ({ signal }) => graph(document, variables, { signal }),
    placeholderData: (previous) => previous,
    ...options,
  })
}

type ChangeOptions<Result> = {
  /** The queries to read again afterwards, whatever their variables. */
  refresh?: Document[]
  /** Shown when it is done. */
  done?: string | ((result: Result) => string)
  onSuccess?: (result: Result) => void
  /** True: the caller shows the error itself (`error`). */
  quiet?: boolean
}

/** A trusted mutation. A refusal is shown in the server's words. */
export function useChange<Result, Variables>(
  document: Document<Result, Variables>,
  { refresh = [], done, onSuccess, quiet = false }: ChangeOptions<Result> = {},
): UseMutationResult<Result, Error, Variables> {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (variables: Variables) => graph(document, variables),
    onSuccess(result) {
      for (const query of refresh) void client.invalidateQueries({ queryKey: queryKeyOf(query) })
      if (done)
        notifications.show({ message: typeof done === 'string' ? done : done(result), color: 'leaf', closeButtonProps })
      onSuccess?.(result)
    },
    onError(error) {
      if (!quiet) showError(error)
    },
  })
}

export const showError = (error: unknown): void => {
  notifications.show({ message: wordsOf(error), color: 'red', autoClose: 8000, closeButtonProps })
}
