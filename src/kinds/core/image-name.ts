const label = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])'
const host = `(?:${label}(?:\\.${label})*|\\[[a-fA-F0-9:]+\\])`
const part = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*'
const algorithm = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*'
const reference = new RegExp(
  `^(?:${host}(?::[0-9]+)?/)?${part}(?:/${part})*(?::(\\w[\\w.-]{0,127}))?(?:@(${algorithm}:[0-9a-fA-F]{32,}))?$`,
)
const onlyId = /^[a-f0-9]{64}$/

/** What an image's name says beside the repository; undefined for what is no image name. */
export function parseImageName(image: string): { tag: string; digest: string } | undefined {
  const match = onlyId.test(image) ? null : reference.exec(image)
  if (match === null) return undefined
  const digest = match[2] ?? ''
  return { tag: match[1] ?? (digest === '' ? 'latest' : ''), digest }
}

/** The pull policy of an image without one: what may move is pulled always. */
export function defaultPullPolicy(image: string): 'Always' | 'IfNotPresent' {
  return parseImageName(image)?.tag === 'latest' ? 'Always' : 'IfNotPresent'
}
