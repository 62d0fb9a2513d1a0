/** A secret in a text: what it is and where it stands, never its text. */
export interface SecretHit {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
  /** The part of the name of secretlint's rule that tells kinds apart; empty for our own. */
  readonly rule: string;
}

type Scan = (text: string, isNpmrc: boolean) => Promise<readonly SecretHit[]>;

const PREFIX = '@secretlint/secretlint-rule-';

/** `secretlint-disable` in the change would let a change excuse itself: suppressions come from the base only. */
const COMMENT_RULE = `${PREFIX}filter-comments`;

/** What secretlint calls its rules, in words. */
const KINDS: ReadonlyMap<string, string> = new Map([
  ['aws', 'AWS secret access key'],
  ['gcp', 'Google service account key'],
  ['npm', 'npm token'],
  ['slack', 'Slack token or webhook'],
  ['basicauth', 'user and password in a URL'],
  ['openai', 'OpenAI key'],
  ['anthropic', 'Anthropic key'],
  ['groq', 'Groq key'],
  ['huggingface', 'Hugging Face token'],
  ['linear', 'Linear key'],
  ['notion', 'Notion token'],
  ['privatekey', 'private key'],
  ['sendgrid', 'SendGrid key'],
  ['shopify', 'Shopify token'],
  ['stripe', 'Stripe key'],
  ['github', 'GitHub token'],
  ['gitlab', 'GitLab token'],
  ['grafana', 'Grafana token'],
  ['1password', '1Password service token'],
  ['database-connection-string', 'database password in a URL'],
  ['hashicorp-vault', 'Vault token'],
  ['vercel', 'Vercel token'],
  ['databricks', 'Databricks token'],
  ['docker', 'Docker token'],
  ['figma', 'Figma token'],
  ['cloudflare', 'Cloudflare token'],
  ['tailscale', 'Tailscale key'],
]);

let loading: Promise<Scan> | null = null;

async function load(): Promise<Scan> {
  const [{ lintSource }, preset] = await Promise.all([
    import('@secretlint/core'),
    import('@secretlint/secretlint-rule-preset-recommend'),
  ]);
  const rules = preset.rules
    .filter((rule) => rule.meta.id !== COMMENT_RULE)
    .map((rule) => ({ id: rule.meta.id, rule }));
  return async (content, isNpmrc) => {
    const filePath = isNpmrc ? '.npmrc' : 'source.txt';
    const { messages } = await lintSource({
      source: { filePath, content, ext: '.txt', contentType: 'text' },
      options: { config: { rules }, noPhysicFilePath: true },
    });
    return messages.map(({ ruleId, range }) => {
      const rule = ruleId.startsWith(PREFIX) ? ruleId.slice(PREFIX.length) : ruleId;
      return { kind: KINDS.get(rule) ?? `secret (${rule})`, start: range[0], end: range[1], rule };
    });
  };
}

/** Loads secretlint, once; nothing is read from disk after that. */
export function loadSecretlint(): Promise<Scan> {
  loading ??= load();
  return loading;
}
