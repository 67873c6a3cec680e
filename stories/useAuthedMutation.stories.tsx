import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect } from 'storybook/test'
import { NewOrder } from './stage/NewOrder.tsx'
import { Providers } from './stage/Providers.tsx'
import { stageOf } from './stage/stage.ts'

/** `useMutation` with the header attached. What one user has started is never sent as another. */
const meta = {
  title: 'Query/useAuthedMutation',
  parameters: { session: 'signed-in', dialect: 'json' },
  render: (_, context) => (
    <Providers stage={stageOf(context)}>
      <NewOrder apiUrl={stageOf(context).apiUrl} />
    </Providers>
  ),
} satisfies Meta

export default meta

/** Types a name, sends it, and shows what the API made of it. */
export const Send: StoryObj = {
  play: async ({ canvas, userEvent, ...context }) => {
    const { server } = stageOf(context)
    const name = canvas.getByRole('textbox', { name: 'Name' })
    await userEvent.clear(name)
    await userEvent.type(name, 'Tim Laine')
    await userEvent.click(canvas.getByRole('button', { name: 'Order' }))
    await expect(await canvas.findByText('Order no. 1001 for Tim Laine, entered by Ada Lovelace.')).toBeVisible()
    await expect(server.log.at(-1)).toMatchObject({ method: 'POST', status: 201, authorization: 'sent', user: 1 })
  },
}
