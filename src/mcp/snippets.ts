/** How assistants are told of this server: the README and `kaanha mcp --help` show the same. */
export type Place = {
  /** The server's address. */
  url: string
  /** The absolute path of the bin. */
  bin: string
}

const key = 'kaanha_...'

export function snippets({ url, bin }: Place): { host: string; file: string; text: string }[] {
  const env = { KAANHA_API_URL: url, KAANHA_API_KEY: key }
  const json = (value: unknown) => JSON.stringify(value, null, 2)
  return [
    {
      host: 'Claude Desktop',
      file: 'claude_desktop_config.json',
      text: json({ mcpServers: { kaanha: { command: 'node', args: [bin, 'mcp'], env } } }),
    },
    {
      host: 'Claude Code',
      file: 'a terminal',
      text: `claude mcp add --transport http kaanha ${url}/mcp --header "Authorization: Bearer ${key}"`,
    },
    {
      host: 'Cursor',
      file: '~/.cursor/mcp.json',
      text: json({ mcpServers: { kaanha: { url: `${url}/mcp`, headers: { Authorization: `Bearer ${key}` } } } }),
    },
    {
      host: 'VS Code',
      file: '.vscode/mcp.json',
      text: json({
        inputs: [{ type: 'promptString', id: 'kaanha-key', description: 'Kaanha API key', password: true }],
        servers: {
          kaanha: { type: 'http', url: `${url}/mcp`, headers: { Authorization: `Bearer \${input:kaanha-key}` } },
        },
      }),
    },
  ]
}
