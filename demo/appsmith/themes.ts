import { type AppsmithWidget, defaultTheme } from '../../src/testing/index.ts'

const themes: Record<string, Record<string, string>> = {
  'Default, light': defaultTheme,
  Dark: {
    primaryColor: '#9AB6FF',
    backgroundColor: '#17191F',
    borderRadius: '0.375rem',
    boxShadow: 'none',
  },
  'Sharp, green': {
    primaryColor: '#0B7A53',
    backgroundColor: '#F6F6EE',
    borderRadius: '0px',
    boxShadow: '0 1px 3px rgb(0 0 0 / 0.1)',
  },
}

/** Lets the person change the app's theme, as in Appsmith's theme settings. */
export function chooseTheme(select: HTMLSelectElement, widgets: readonly AppsmithWidget[]): void {
  for (const name of Object.keys(themes)) select.add(new Option(name))
  select.addEventListener('change', () => {
    const theme = themes[select.value] ?? defaultTheme
    document.documentElement.style.setProperty('--canvas', theme.backgroundColor as string)
    for (const widget of widgets) widget.setTheme(theme)
  })
}
