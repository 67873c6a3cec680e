import { keepPreviousData, useQueryClient } from '@tanstack/react-query'
import { useAuthedQuery } from 'authed'
import { useSyncExternalStore } from 'react'
import { apiUrl } from '../session.ts'

/** A row as the API sends it. */
export interface Row {
  id: number
  Name: string
  Email: string
  City: string
  Amount: string
  Date: string
  Status: string
}

/** A column that rows can be sorted by. */
export type Column = Exclude<keyof Row, 'Email'>

/** Which rows are wanted. */
export interface RowsQuery {
  page: number
  search: string
  column: Column
  direction: 'ascending' | 'descending'
}

interface Page {
  count: number
  results: Row[]
}

export const pageSize = 16
/** How long after a failure the rows are asked for again, in milliseconds. */
export const retryPause = 4_000

function urlOf({ page, search, column, direction }: RowsQuery): string {
  const orderBy = direction === 'descending' ? `-${column}` : column
  const query = { user_field_names: 'true', page, size: pageSize, search, order_by: orderBy }
  const words = Object.entries(query).map(([name, value]): [string, string] => [name, String(value)])
  return `${apiUrl}/api/database/rows/table/1/?${new URLSearchParams(words)}`
}

/** One page of rows; the former page stays on screen until it is there, and through failures. */
export const useRows = (query: RowsQuery) =>
  useAuthedQuery({
    queryKey: ['rows', query],
    url: urlOf(query),
    select: (page: Page) => page,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    retry: false,
    refetchInterval: ({ state }) => (state.status === 'error' ? retryPause : false),
  })

/** What is wrong with the rows on screen, or `undefined`. */
export function useRowsTrouble() {
  const cache = useQueryClient().getQueryCache()
  const query = useSyncExternalStore(
    (listener) => cache.subscribe(listener),
    () => cache.findAll({ queryKey: ['rows'], type: 'active' }).find(({ state }) => state.status === 'error')?.state,
  )
  if (!query) return undefined
  return {
    shownFrom: query.dataUpdatedAt || undefined,
    failedAt: query.errorUpdatedAt,
    retry: () => cache.findAll({ queryKey: ['rows'], type: 'active' }).forEach((each) => void each.fetch()),
  }
}
