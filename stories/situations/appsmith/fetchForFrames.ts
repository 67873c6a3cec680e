interface Order {
  type: 'fetch'
  url: string
  method: string
  headers: [string, string][]
  body: string
}

/** Fetches what frames ask for by `frameFetch.js`. Returns what ends that. */
export function fetchForFrames(frames: readonly HTMLIFrameElement[]): () => void {
  const controller = new AbortController()
  async function answer({ url, method, headers, body }: Order, port: MessagePort | undefined) {
    const response = await fetch(url, { method, headers, body: body || undefined })
    port?.postMessage({ status: response.status, headers: [...response.headers], text: await response.text() })
  }
  window.addEventListener(
    'message',
    ({ source, data, ports }: MessageEvent<Order>) => {
      if (data?.type === 'fetch' && frames.some(({ contentWindow }) => contentWindow === source)) {
        void answer(data, ports[0])
      }
    },
    { signal: controller.signal },
  )
  return () => controller.abort()
}
