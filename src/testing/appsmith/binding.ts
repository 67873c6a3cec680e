/** What bindings can name. */
export type Names = Record<string, unknown>

const whole = /^\s*\{\{([\s\S]*)\}\}\s*$/
const inner = /\{\{([\s\S]*?)\}\}/g

function compute(code: string, names: Names): unknown {
  const words = Object.keys(names)
  return new Function(...words, `return (${code.trim()})`)(...words.map((word) => names[word]))
}

/** Runs the binding of an event. The context's names come first, so an entity of the app with the same name wins. */
export function runBinding(binding: string, context: Names, names: Names): unknown {
  const code = whole.exec(binding)?.[1] ?? binding
  return compute(code, { ...context, ...names })
}

/**
 * The value of a property: one binding for the whole keeps its type; within a text each is put in as text, so that what
 * is absent arrives as the word `undefined`.
 */
export function evaluateProperty(property: string, names: Names): unknown {
  const code = whole.exec(property)?.[1]
  if (code !== undefined && !code.includes('{{')) return compute(code, names)
  const text = property.replace(inner, (_, part: string) => {
    const value = compute(part, names)
    return typeof value === 'object' && value ? JSON.stringify(value).replaceAll('"', '\\"') : String(value)
  })
  return JSON.parse(text)
}
