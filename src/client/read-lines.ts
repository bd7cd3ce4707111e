/** The lines of a text that comes in pieces, without their ends; a last line without an end counts. */
export async function* readLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of body) {
    const text = decoder.decode(chunk, { stream: true })
    let from = 0
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
      yield rest + text.slice(from, at)
      rest = ''
      from = at + 1
    }
    rest += text.slice(from)
  }
  if (rest !== '') yield rest
}
