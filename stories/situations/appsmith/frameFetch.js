// A sandboxed frame is out of the reach of the page's service worker, so the page fetches for it.
window.fetch = async (input, init) => {
  const request = new Request(input, init)
  const { port1, port2 } = new MessageChannel()
  const answer = new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve(data)
  })
  const { url, method } = request
  const order = { type: 'fetch', url, method, headers: [...request.headers], body: await request.text() }
  window.parent.postMessage(order, '*', [port2])
  const { text, ...head } = await answer
  return new Response(text, head)
}
