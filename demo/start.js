/** `npm start`: needs only Node and npm. Installs what is missing, then runs the demo with the Node that it brought. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const windows = process.platform === 'win32'
const packagesOf = (path) => JSON.parse(readFileSync(join(root, path), 'utf8')).packages

/** Whether everything that the lock file asks of every machine is installed, in its version. */
function isInstalled() {
  if (!existsSync(join(root, 'node_modules/.package-lock.json'))) return false
  const installed = packagesOf('node_modules/.package-lock.json')
  return Object.entries(packagesOf('package-lock.json')).every(
    ([path, { version, optional, peer, link }]) =>
      !path.startsWith('node_modules/') ||
      optional ||
      peer ||
      link ||
      (installed[path]?.version === version && existsSync(join(root, path, 'package.json'))),
  )
}

if (!isInstalled()) {
  console.log('Installing what is missing …')
  const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : [windows ? 'npm.cmd' : 'npm']
  const [command, ...words] = [...npm, 'ci', '--no-audit', '--no-fund', '--loglevel=error']
  const { status } = spawnSync(command, words, { cwd: root, stdio: 'inherit', shell: windows })
  if (status !== 0) {
    console.error('The installation failed. See above for the reason, then run npm start again.')
    process.exit(1)
  }
}

const node = join(root, 'node_modules/node/bin', windows ? 'node.exe' : 'node')
const demo = spawn(existsSync(node) ? node : process.execPath, [join(root, 'demo/main.ts')], {
  cwd: root,
  stdio: 'inherit',
})
// Ctrl+C reaches both processes; this one only waits for the other's end.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => demo.kill(signal))
demo.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
