import { Button, Center } from '@mantine/core'
import { type InfiniteData, type UseInfiniteQueryResult, useInfiniteQuery } from '@tanstack/react-query'
import { type Document, graph } from './graph.ts'
import { queryKeyOf } from './hooks.ts'

type Rows<Node> = { nodes: Node[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } }
type Paged<Result> = UseInfiniteQueryResult<InfiniteData<Result>, Error>
type Options = { refetchInterval?: number | false }

/** A list of the graph, page by page: its rows so far, and its query for Loadable and MoreRows. */
export function usePages<Result, Variables, Node>(
  document: Document<Result, Variables>,
  variables: NoInfer<Omit<Variables, 'after'>>,
  pick: (result: Result) => Rows<Node> | undefined,
  options: Options = {},
): { query: Paged<Result>; rows: Node[] } {
  const query = useInfiniteQuery({
    queryKey: [...queryKeyOf(document, variables), 'pages'],
    queryFn: ({ pageParam, signal }) =>
      graph(document, { ...variables, after: pageParam } as unknown as Variables, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam(last) {
      const info = pick(last)?.pageInfo
      return info?.hasNextPage ? info.endCursor : undefined
    },
    placeholderData: (previous) => previous,
    ...options,
  })
  return { query, rows: query.data?.pages.flatMap((page) => pick(page)?.nodes ?? []) ?? [] }
}

/** Asks for the next page of a list, where there is one. */
export const MoreRows = <Result,>({ of }: { of: Paged<Result> }) =>
  of.hasNextPage ? (
    <Center>
      <Button variant="default" loading={of.isFetchingNextPage} onClick={() => void of.fetchNextPage()}>
        Show more
      </Button>
    </Center>
  ) : null
