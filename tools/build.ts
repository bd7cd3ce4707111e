// Bundles the programs of src/bin into dist/bin: one JavaScript file each, plus shared and lazily loaded chunks.
import { chmodSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { build } from 'esbuild'

const programs = readdirSync('src/bin').filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))

const { errors, metafile } = await build({
  entryPoints: [
    ...programs.map((file) => ({ in: `src/bin/${file}`, out: file.replace(/\.ts$/, '') })),
    // The database's thread, started by the programs with the embedded store.
    { in: 'src/store/sqlite/worker.ts', out: 'sqlite-worker' },
  ],
  outdir: 'dist/bin',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  sourcemap: 'linked',
  sourcesContent: false,
  minifySyntax: true,
  minifyWhitespace: true,
  logLevel: 'warning',
  metafile: true,
  // CommonJS packages inside an ES module bundle still call require.
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
})
if (errors.length > 0) process.exit(1)
// npx and an installed package start the programs themselves.
for (const file of programs) chmodSync(`dist/bin/${file.replace(/\.ts$/, '.js')}`, 0o755)
removeOld(new Set(Object.keys(metafile.outputs)))

/** Removes what an earlier build left; young files stay, because programs that run may still load them. */
function removeOld(built: ReadonlySet<string>): void {
  const dayMs = 24 * 60 * 60 * 1000
  for (const entry of readdirSync('dist', { recursive: true, withFileTypes: true })) {
    const path = relative('.', join(entry.parentPath, entry.name))
    if (entry.isFile() && !built.has(path) && Date.now() - statSync(path).mtimeMs > dayMs) rmSync(path)
  }
}
