import type { Meta, StoryObj } from '@storybook/react-vite'
import type { QueryClient } from '@tanstack/react-query'
import type { Owner } from 'authed'
import { expect, waitFor } from 'storybook/test'
import { lifetimeControl } from '../stage/controls.ts'
import { OrdersApp } from '../stage/Orders.tsx'
import { Situation } from '../stage/Situation.tsx'
import { fact, tokenNumber } from '../stage/seen.ts'
import { ada, grace, type StageArgs, stageOf } from '../stage/stage.ts'
import { Reloading, slowness } from './Reloading.tsx'

/** How a session begins, is found again, and ends. */
const meta = {
  title: 'Situations/Session',
  parameters: { session: 'signed-in' },
  args: { lifetime: 30 },
  argTypes: lifetimeControl,
} satisfies Meta<StageArgs>

export default meta

type Story = StoryObj<StageArgs>

/** Whose data a query cache holds. */
const ownersIn = (queryClient: QueryClient) =>
  queryClient
    .getQueryCache()
    .getAll()
    .filter(({ state }) => state.data !== undefined)
    .map(({ queryKey }) => (queryKey.at(-1) as Owner).userId)

/** A wrong password is refused and says so; the right one brings token no. 1 and the rows. */
export const FirstSignIn: Story = {
  name: 'First sign-in',
  parameters: { session: 'signed-out' },
  render: (_, context) => {
    const stage = stageOf(context)
    return (
      <Situation
        stage={stage}
        says="One request exchanges a password for two tokens. The password is not kept; the tokens are, for all tabs of the browser."
        ways={[
          ['Sign in as Ada', () => stage.client.signIn(ada)],
          ['Mistype the password', () => stage.client.signIn({ ...ada, password: 'lovelance' })],
        ]}
      >
        <OrdersApp apiUrl={stage.apiUrl} />
      </Situation>
    )
  },
  play: async ({ canvas, userEvent, ...context }) => {
    const { client } = stageOf(context)
    await expect(await canvas.findByText('Nobody is signed in.')).toBeVisible()
    await userEvent.click(canvas.getByRole('button', { name: 'Mistype the password' }))
    await waitFor(() => expect(canvas.getByRole('status')).toHaveTextContent('answered 401'))
    await expect(client.getState().status).toBe('unauthenticated')
    await userEvent.click(canvas.getAllByRole('button', { name: 'Sign in as Ada' })[0] as HTMLElement)
    await expect(await canvas.findByText('of Ada Lovelace')).toBeVisible()
    await expect(tokenNumber(canvas, 1)).toBeVisible()
    await waitFor(() => expect(fact(canvas, 'Sign-ins')).toHaveTextContent('2'))
    await expect(fact(canvas, 'Refreshes')).toHaveTextContent('0')
  },
}

/** Pending while the storage answers; then the same token as before, without a request to the token endpoint. */
export const Restoring: Story = {
  render: (_, context) => <Reloading key={stageOf(context).serial} stage={stageOf(context)} />,
  play: async ({ canvas, userEvent, ...context }) => {
    const { server, clock } = stageOf(context)
    await expect(await canvas.findByText('of Ada Lovelace')).toBeVisible()
    await userEvent.click(canvas.getByRole('button', { name: 'Reload the page' }))
    await expect(await canvas.findByText('Looking for a session …')).toBeVisible()
    await expect(canvas.queryByText('of Ada Lovelace')).toBeNull()
    await expect(canvas.queryByText('Nobody is signed in.')).toBeNull()
    clock.skip(slowness)
    await expect(await canvas.findByText('of Ada Lovelace')).toBeVisible()
    await expect(tokenNumber(canvas, 1)).toBeVisible()
    await expect(server.counts).toMatchObject({ signIns: 1, refreshes: 0, resources: 2 })
  },
}

/** The refusal ends the session at once, takes the rows off the screen and is not tried again. */
export const RefreshRejected: Story = {
  name: 'Refresh rejected',
  render: (_, context) => {
    const stage = stageOf(context)
    return (
      <Situation
        stage={stage}
        says="Somebody has ended the session on the server. The next refresh is refused: that is the one answer of the token endpoint that ends a session, and it is not tried again."
        ways={[
          ['Revoke the session', stage.server.revokeSessions],
          ['Refresh', stage.client.refresh],
        ]}
      >
        <OrdersApp apiUrl={stage.apiUrl} />
      </Situation>
    )
  },
  play: async ({ canvas, userEvent, ...context }) => {
    const { server, queryClient } = stageOf(context)
    await expect(await canvas.findByText('of Ada Lovelace')).toBeVisible()
    await userEvent.click(canvas.getByRole('button', { name: 'Revoke the session' }))
    await expect(canvas.getByText('of Ada Lovelace')).toBeVisible()
    await userEvent.click(canvas.getByRole('button', { name: 'Refresh' }))
    await expect(await canvas.findByText('The server has ended the session.')).toBeVisible()
    await expect(canvas.queryByText('of Ada Lovelace')).toBeNull()
    await expect(ownersIn(queryClient)).toEqual([])
    await expect(server.counts).toMatchObject({ refreshes: 1, reuseDetections: 0 })
  },
}

/** The other tab signs out; this one shows the sign-in, keeps no row, and tells the server nothing twice. */
export const SignOutInAnotherTab: Story = {
  name: 'Sign-out in another tab',
  render: (_, context) => {
    const stage = stageOf(context)
    return (
      <Situation
        stage={stage}
        says="A sign-out in one tab is a sign-out in all of them. What the user has seen leaves the screen and the query cache."
        ways={[['Sign out in another tab', () => stage.openTab().client.signOut()]]}
      >
        <OrdersApp apiUrl={stage.apiUrl} />
      </Situation>
    )
  },
  play: async ({ canvas, userEvent, ...context }) => {
    const { server, queryClient } = stageOf(context)
    await expect(await canvas.findByText('of Ada Lovelace')).toBeVisible()
    await userEvent.click(canvas.getByRole('button', { name: 'Sign out in another tab' }))
    await expect(await canvas.findByText('The session has ended in another tab.')).toBeVisible()
    await expect(canvas.queryByRole('table')).toBeNull()
    await expect(ownersIn(queryClient)).toEqual([])
    await waitFor(() => expect(server.counts).toMatchObject({ revocations: 1, refreshes: 0 }))
  },
}

/** Grace signs in elsewhere: her rows take the place of Ada's, of which none is left in the cache. */
export const AnotherUser: Story = {
  name: 'Another user',
  render: (_, context) => {
    const stage = stageOf(context)
    return (
      <Situation
        stage={stage}
        says="Somebody else signs in in another tab. This one follows: the former user's rows go at once, and the new user's are fetched under a key of their own."
        ways={[
          ['Grace signs in elsewhere', () => stage.openTab().client.signIn(grace)],
          ['Ada signs in elsewhere', () => stage.openTab().client.signIn(ada)],
        ]}
      >
        <OrdersApp apiUrl={stage.apiUrl} />
      </Situation>
    )
  },
  play: async ({ canvas, userEvent, ...context }) => {
    const { queryClient, server } = stageOf(context)
    await expect(await canvas.findByText('of Ada Lovelace')).toBeVisible()
    await userEvent.click(canvas.getByRole('button', { name: 'Grace signs in elsewhere' }))
    await expect(await canvas.findByText('of Grace Hopper')).toBeVisible()
    await expect(canvas.queryByText('of Ada Lovelace')).toBeNull()
    await expect(ownersIn(queryClient)).toEqual(['2'])
    await expect(server.log.filter(({ kind }) => kind === 'resource').map(({ user }) => user)).toEqual([1, 2])
  },
}
