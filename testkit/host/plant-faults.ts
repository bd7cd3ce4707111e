// Loaded with --import before a program's own modules: changes the sources that planted-fault.ts names.
import { writeSync } from 'node:fs'
import { registerHooks } from 'node:module'

interface Planted {
  readonly url: string
  readonly file: string
  readonly find: string
  readonly replace: string
}

const planted = JSON.parse(process.env.KUBELING_PLANTED_FAULTS ?? '[]') as readonly Planted[]

function change(source: string, { file, find, replace }: Planted): string {
  const [before, after, ...more] = source.split(find)
  if (before === undefined || after === undefined || more.length > 0)
    throw new Error(`planted fault: ${JSON.stringify(find)} does not stand exactly once in ${file}`)
  writeSync(2, `planted fault in ${file}\n`)
  return before + replace + after
}

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    const faults = planted.filter((fault) => fault.url === url)
    if (faults.length === 0) return loaded
    if (!loaded.source) throw new Error(`planted fault: ${url} has no source`)
    const source = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source)
    return { ...loaded, source: faults.reduce(change, source) }
  },
})
