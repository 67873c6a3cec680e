/** A style sheet as text, for a shadow root. */
declare module '*.css?inline' {
  const style: string

  export { style as default }
}
