// House rules that no linter knows, run as tests. The ratchet lists what stood over a limit when the rule came;
// its numbers may only fall.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { functionsOf, isTest, readSources } from './sources.ts'

const sources = readSources('{src,testkit,test,tools,bench}/**/*.ts')
const shipped = sources.filter((source) => source.path.startsWith('src/') && !isTest(source))
const ratchet = JSON.parse(readFileSync('tools/tidy/ratchet.json', 'utf8')) as Record<
  string,
  Record<string, number>
>

/** Fails with everything that is longer than the limit and than what the ratchet lets pass, and with stale entries. */
function checkRatchet(rule: string, limit: number, lengths: ReadonlyMap<string, number>): void {
  const allowed = ratchet[rule] ?? {}
  const over = [...lengths].filter(([key, length]) => length > Math.max(limit, allowed[key] ?? 0))
  assert.deepEqual(over, [], `${rule}: split these`)
  const stale = Object.keys(allowed).filter((key) => (lengths.get(key) ?? 0) <= limit)
  assert.deepEqual(stale, [], `${rule}: within the limit now, take them out of tools/tidy/ratchet.json`)
}

test('files have at most 400 lines', () => {
  checkRatchet('filesOver400', 400, new Map(sources.map((source) => [source.path, source.lines.length])))
})

test('functions have at most 70 lines', () => {
  const spans = shipped.flatMap(functionsOf)
  checkRatchet(
    'functionsOver70',
    70,
    new Map(spans.map((span) => [`${span.path}:${span.name}`, span.length])),
  )
})

test('nothing is left for later without an issue', () => {
  const marker = new RegExp(['FIX', 'ME|TO', 'DO|XX', 'X'].join(''))
  const left = sources.flatMap(({ path, lines }) =>
    lines.flatMap((line, i) =>
      /\/\/|\/\*|^\s*\*/.test(line) && marker.test(line) ? [`${path}:${i + 1}`] : [],
    ),
  )
  assert.deepEqual(left, [])
})

test('every source file is imported by something', () => {
  const imported = new Set(sources.flatMap(importsOf))
  const unused = shipped.filter(({ path }) => !path.startsWith('src/bin/') && !imported.has(path))
  assert.deepEqual(
    unused.map(({ path }) => path),
    [],
  )
})

test('shared code names no kind', () => {
  const comparison =
    /(===|!==|case) '(Pod|Node|Namespace|Service|Secret|ConfigMap|Event|Endpoints|Lease|pods|nodes|namespaces|services|secrets|events)'/
  const named = shipped
    .filter(({ path }) => /^src\/(apiserver\/(?!compat|proxy|subresources)|schema|store)/.test(path))
    .flatMap(({ path, lines }) =>
      lines.flatMap((line, i) => (comparison.test(line) ? [`${path}:${i + 1}`] : [])),
    )
  assert.deepEqual(named, [])
})

test('every export of the lower layers says what it is', () => {
  const bare = shipped
    .filter(({ path }) => /^src\/(base|schema|store|client)\//.test(path))
    .flatMap(({ path, lines }) =>
      lines.flatMap((line, i) =>
        /^export (?!\*|\{|type \{)/.test(line) && !isDocumented(lines, i) ? [`${path}:${i + 1}`] : [],
      ),
    )
  const allowed = ratchet.undocumentedExports ?? {}
  const limit = allowed.count ?? 0
  assert.ok(
    bare.length <= limit,
    `${bare.length} exports without a sentence, at most ${limit}:\n${bare.join('\n')}`,
  )
})

test('every dependency has its reason', () => {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, Record<string, string>>
  const reasons = readFileSync('docs/dependencies.md', 'utf8')
  const names = [...Object.keys(manifest.dependencies ?? {}), ...Object.keys(manifest.devDependencies ?? {})]
  const listed = [...reasons.matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1])
  assert.deepEqual(listed.toSorted(byText), names.toSorted(byText))
})

function isDocumented(lines: readonly string[], at: number): boolean {
  const before = lines[at - 1]?.trim() ?? ''
  // A run of one-line exports under one sentence counts as documented by it.
  return (
    before.endsWith('*/') ||
    before.startsWith('//') ||
    (/^export |^\)|^\}\)?$/.test(before) && at > 0 && isRun(lines, at))
  )
}

function isRun(lines: readonly string[], at: number): boolean {
  for (let i = at - 1; i >= 0; i--) {
    const line = lines[i] as string
    if (line === '') return false
    if (line.trim().endsWith('*/')) return true
  }
  return false
}

function importsOf({ path, text }: { path: string; text: string }): string[] {
  const doors = JSON.parse(readFileSync('package.json', 'utf8')).imports as Record<string, string>
  return [...text.matchAll(/(?:from|import\(|import|new URL\()\s*'([^']+)'/g)].map((match) => {
    const to = match[1] as string
    if (to.startsWith('.')) return join(path, to)
    const exact = doors[to]
    if (exact !== undefined) return exact.slice(2)
    const [folder, ...rest] = to.split('/')
    const pattern = doors[`${folder}/*`]
    return pattern === undefined ? to : pattern.slice(2).replace('*', rest.join('/'))
  })
}

function join(from: string, to: string): string {
  const parts = from.split('/').slice(0, -1)
  for (const part of to.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.') parts.push(part)
  }
  return parts.join('/')
}

test('the files that the manifest names exist', () => {
  const doors = JSON.parse(readFileSync('package.json', 'utf8')).imports as Record<string, string>
  const missing = Object.values(doors).filter((to) => !existsSync(to.replace(/\*.*$/, '')))
  assert.deepEqual(missing, [])
})

function byText(a: string | undefined, b: string | undefined): number {
  return (a ?? '') < (b ?? '') ? -1 : 1
}
