// Runs a kubectl of a given version against one server.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { type Finished, run, start, tempDir } from './process.ts'

/** A kubectl that speaks to one server and keeps its caches to itself. */
export class Kubectl {
  readonly #program: string
  readonly #args: readonly string[]
  readonly #folder: string
  readonly #editor: string

  constructor(t: TestContext, program: string, url: string) {
    this.#program = program
    this.#folder = tempDir(t)
    this.#editor = join(this.#folder, 'editor')
    writeFileSync(this.#editor, '#!/bin/sh\nsed -i "s/k: v/k: edited/" "$1"\n', { mode: 0o755 })
    this.#args = ['-s', url, '--kubeconfig=/dev/null', `--cache-dir=${join(this.#folder, 'cache')}`]
  }

  run(...args: string[]): Promise<Finished> {
    return run(this.#program, [...this.#args, ...args], { env: { KUBE_EDITOR: this.#editor } })
  }

  /** What a command that must succeed prints. */
  async ok(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...args)
    assert.equal(code, 0, `kubectl ${args.join(' ')}: ${stderr}`)
    return stdout
  }

  file(text: string): string {
    const path = join(this.#folder, 'manifest.yaml')
    writeFileSync(path, text)
    return path
  }

  watch(t: TestContext, ...args: string[]) {
    return start(t, this.#program, [...this.#args, ...args])
  }
}
