/** The page of the tests: an Appsmith page, set up anew from the same plan at each load. */
import {
  type AppsmithPage,
  type AppsmithWidget,
  createAppsmithPage,
  type JsObject,
  type WidgetSettings,
} from 'authed/testing'
import { createQueries } from '../../../demo/appsmith/queries.ts'

/** What the page is to be. */
export interface Plan {
  api: string
  jsAuth: string
  library: string
  widgets: (WidgetSettings & { place?: 'below' | 'hidden' | 'shown' })[]
}

/** What tests reach for in the page. */
export interface StagePage {
  page: AppsmithPage
  jsObject: JsObject
  widgets: AppsmithWidget[]
  /** How often the page was asked to sign somebody in. */
  signInsAsked: string[]
  /** Every session that ever stood in the store. */
  signedInBefore: unknown[]
}

declare global {
  interface Window {
    stage: StagePage
  }
}

const plan: Plan = await (await fetch('/plan')).json()
const page = createAppsmithPage({ appId: 'tests' })
const jsObject = await page.addJsObject('js_auth', {
  code: plan.jsAuth,
  libraries: [plan.library],
  queries: createQueries(plan.api, page.store),
})
const signInsAsked: string[] = []
page.define('signInAsked', (reason: string) => void signInsAsked.push(reason))
const signedInBefore: unknown[] = []
page.store.subscribe(() => signedInBefore.push(page.store.values.auth))

const styles = { shown: '', below: 'margin-top:20000px', hidden: 'display:none' }
const widgets = plan.widgets.map(({ place = 'shown', ...settings }) => {
  const container = document.createElement('div')
  container.style.cssText = `width:900px;height:500px;${styles[place]}`
  document.body.append(container)
  return page.addWidget(container, settings)
})

// Somebody else's frame on the same page: it hears whatever is posted to it.
const foreign = document.createElement('iframe')
foreign.name = 'foreign'
foreign.src = '/foreign'
document.body.append(foreign)

window.stage = { page, jsObject, widgets, signInsAsked, signedInBefore }
