/** The attributes of tags that hold links. */
const linkAttributes: Readonly<Record<string, readonly string[]>> = {
  a: ['href'],
  applet: ['codebase'],
  area: ['href'],
  audio: ['src'],
  base: ['href'],
  blockquote: ['cite'],
  body: ['background'],
  button: ['formaction'],
  command: ['icon'],
  del: ['cite'],
  embed: ['src'],
  form: ['action'],
  frame: ['longdesc', 'src'],
  head: ['profile'],
  html: ['manifest'],
  iframe: ['longdesc', 'src'],
  img: ['longdesc', 'src', 'usemap'],
  input: ['src', 'usemap', 'formaction'],
  ins: ['cite'],
  link: ['href'],
  object: ['classid', 'codebase', 'data', 'usemap'],
  q: ['cite'],
  script: ['src'],
  source: ['src'],
  video: ['poster', 'src'],
}

/** Tags whose content is text, whatever it looks like. */
const textTags: ReadonlySet<string> = new Set(['script', 'style', 'textarea', 'title'])

const attribute = /(?<=[\s/"'])([^\s"'>/=]+)(\s*=\s*)("[^"]*"|'[^']*'|[^\s"'>]+)/g
const tagName = /[a-zA-Z][a-zA-Z0-9]*/y

/** Where the tag that begins at an index ends; -1 when it does not. */
function tagEnd(html: string, start: number): number {
  let quote = ''
  for (let i = start; i < html.length; i++) {
    const char = html[i] as string
    if (quote !== '') quote = char === quote ? '' : quote
    else if (char === '>') return i
    else if (char === '"' || char === "'") quote = char
  }
  return -1
}

function rewriteTag(tag: string, names: readonly string[], rewrite: (link: string) => string): string {
  return tag.replaceAll(attribute, (whole, name: string, equals: string, value: string) => {
    if (!names.includes(name.toLowerCase())) return whole
    const quote = /^["']/.test(value) ? (value[0] as string) : ''
    const link = quote === '' ? value : value.slice(1, -1)
    return `${name}${equals}${quote}${rewrite(link)}${quote}`
  })
}

/** Where the tag begins that closes a text; -1 where none does. */
function textEnd(html: string, name: string, from: number): number {
  const closing = new RegExp(`</${name}`, 'gi')
  closing.lastIndex = from
  return closing.exec(html)?.index ?? -1
}

/** Rewrites the links of a page, in one pass: comments, scripts and everything that is no tag stay as they are. */
export function rewriteLinks(html: string, rewrite: (link: string) => string): string {
  let out = ''
  let copied = 0
  let at = html.indexOf('<')
  while (at >= 0) {
    let next = at + 1
    tagName.lastIndex = next
    const name = tagName.exec(html)?.[0].toLowerCase()
    if (html.startsWith('<!--', at)) next = html.indexOf('-->', at + 4)
    else if (name !== undefined) {
      const end = tagEnd(html, at)
      if (end < 0) break
      const names = linkAttributes[name] ?? []
      if (names.length > 0) {
        out += html.slice(copied, at) + rewriteTag(html.slice(at, end), names, rewrite)
        copied = end
      }
      next = textTags.has(name) ? textEnd(html, name, end) : end
    }
    if (next < 0) break
    at = html.indexOf('<', next)
  }
  return out + html.slice(copied)
}

const linkForm = /^(?:([a-z][a-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(.*)$/is

/** A link of a proxied answer as it leads through us: links to other hosts, and relative ones, stay as they are. */
export function ownLink(link: string, prefix: string, backendHost: string, ourHost: string): string {
  const [, scheme, host = '', path = '', rest = ''] = linkForm.exec(link) ?? []
  const isForeign = host !== '' && host !== backendHost && host !== ourHost
  if (isForeign || !path.startsWith('/') || (scheme !== undefined && host === '')) return link
  const origin = host !== '' && host === ourHost ? `${scheme === undefined ? '' : `${scheme}:`}//${host}` : ''
  return `${origin}${path.startsWith(prefix) ? '' : prefix}${path}${rest}`
}
