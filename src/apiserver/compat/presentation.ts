import type { KindDef } from '#kinds/define'
import type { Presentation } from '../contract.ts'
import type { Entry } from '../watch-cache/entry.ts'

const shown = new WeakMap<Entry, Entry>()

/** Objects and lists as Kubernetes 1.3 showed them: with a selfLink. */
export const compatPresentation: Presentation = {
  entry(kind, entry) {
    let linked = shown.get(entry)
    if (linked === undefined) {
      linked = withLink(entry, linkOf(kind, entry))
      shown.set(entry, linked)
    }
    return linked
  },
  listMeta: (path, meta) => ({ selfLink: path, ...meta }),
  tracksOwners: false,
}

/** The path at which the object is found. */
function linkOf(kind: KindDef, { namespace, name }: Entry): string {
  const root = kind.group === '' ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`
  const within = kind.namespaced ? `/namespaces/${namespace}` : ''
  return `${root}${within}/${kind.plural}/${name}`
}

/** Puts the link where upstream's field order has it: before the uid. */
function withLink(entry: Entry, link: string): Entry {
  const { metadata } = entry.object
  const text = entry.bytes.toString()
  const at = text.indexOf(`"uid":${JSON.stringify(metadata.uid ?? '')}`)
  const member = `"selfLink":${JSON.stringify(link)},`
  const { key, name, namespace, revision, labels, fields } = entry
  return {
    key,
    name,
    namespace,
    revision,
    labels,
    fields,
    object: { ...entry.object, metadata: { ...metadata, selfLink: link } },
    bytes: at < 0 ? entry.bytes : Buffer.from(`${text.slice(0, at)}${member}${text.slice(at)}`),
  }
}
