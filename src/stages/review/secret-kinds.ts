/** A credential that is known by its form. */
export interface SecretKind {
  readonly name: string;
  /** The pattern is tried only on text that contains one of these: searching for a literal costs next to nothing. */
  readonly needles: readonly string[];
  /** Bounded repetitions only. The first group, if any, is the secret; else the whole match. */
  readonly pattern: RegExp;
  /** Test keys, public by design, or worthless alone: worth a look, not a stop. */
  readonly isWeak: boolean;
}

function kind(
  name: string,
  needles: string | readonly string[],
  pattern: RegExp,
  isWeak = false,
): SecretKind {
  return { name, needles: typeof needles === 'string' ? [needles] : needles, pattern, isWeak };
}

/**
 * Kinds that the preset of secretlint does not look for, or sees only in part (it knows AWS secret keys but not key
 * ids, GitHub tokens of one length, Hugging Face tokens without digits). Forms as the services document them.
 */
export const SECRET_KINDS: readonly SecretKind[] = [
  kind('AWS access key id', ['AKIA', 'ASIA'], /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/g),
  kind(
    'AWS secret access key',
    ['aws', 'AWS', 'Aws'],
    /aws[\w.-]{0,20}?(?:secret|_sk)[\w.-]{0,20}["']?\s{0,4}[:=]{1,2}>?\s{0,4}["']?([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/gi,
  ),
  kind('Google API key', 'AIza', /(?<![\w-])AIza[0-9A-Za-z_-]{35}(?![\w-])/g),
  kind('Google OAuth client secret', 'GOCSPX-', /GOCSPX-[\w-]{28}(?![\w-])/g),
  kind('GitHub token', ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'], /\bgh[pousr]_[A-Za-z0-9]{36,255}\b/g),
  kind('GitHub fine-grained token', 'github_pat_', /\bgithub_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}\b/g),
  kind('GitLab token', 'gl', /\bgl(?:rt|dt|cbt|ptt|soat|ft|imt|agent|oas|ffct)-[\w-]{20,64}(?![\w-])/g),
  kind('Slack token', 'xox', /\bxoxe[.-](?:xox[bp]-)?\d-[A-Za-z0-9]{80,200}\b/g),
  kind(
    'Slack webhook',
    'hooks.slack.com/',
    /hooks\.slack\.com\/(?:workflows|triggers)\/[A-Z0-9]{8,12}\/[\w/]{24,90}/g,
  ),
  kind('Discord webhook', 'api/webhooks/', /discord(?:app)?\.com\/api\/webhooks\/\d{17,20}\/[\w-]{60,80}/g),
  kind('Telegram bot token', ':AA', /(?<![\w:])\d{8,10}:AA[\w-]{33}(?![\w-])/g),
  kind('Stripe webhook secret', 'whsec_', /\bwhsec_[A-Za-z0-9+/]{32,64}={0,2}/g),
  kind('SendGrid key', 'SG.', /(?<![\w.])SG\.[\w-]{22}\.[\w-]{43}(?![\w-])/g),
  kind('Mailgun key', 'key-', /(?<![\w-])key-[0-9a-f]{32}(?![\w-])/g),
  kind('Mailchimp key', '-us', /(?<![\w-])[0-9a-f]{32}-us\d{1,2}(?![\w-])/g),
  kind(
    'Twilio key',
    ['twilio', 'TWILIO', 'Twilio'],
    /twilio[^\n]{0,60}?\b((?:SK)?[0-9a-f]{32})(?![0-9a-z])/gi,
  ),
  kind(
    'npm token',
    '_authToken',
    /_authToken["']?\s{0,2}[=:]\s{0,2}["']?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/g,
  ),
  kind('PyPI token', 'pypi-AgE', /\bpypi-AgE[\w-]{50,300}/g),
  kind('RubyGems key', 'rubygems_', /\brubygems_[0-9a-f]{48}\b/g),
  kind('crates.io token', 'cio', /(?<![\w-])cio[A-Za-z0-9]{32}(?![\w-])/g),
  kind('NuGet key', 'oy2', /(?<![\w-])oy2[a-z0-9]{43}(?![\w-])/g),
  kind('Clojars token', 'CLOJARS_', /\bCLOJARS_[a-z0-9]{60}\b/g),
  kind('OpenAI key', 'sk-', /(?<![\w-])sk-(?:proj|svcacct|admin)-[\w-]{40,200}(?![\w-])/g),
  kind('OpenRouter key', 'sk-or-v1-', /\bsk-or-v1-[0-9a-f]{64}\b/g),
  kind('Anthropic key', 'sk-ant-', /(?<![\w-])sk-ant-(?:api|admin)\d{2}-[\w-]{80,140}(?![\w-])/g),
  kind('xAI key', 'xai-', /(?<![\w-])xai-[A-Za-z0-9]{80}(?![\w-])/g),
  kind('Perplexity key', 'pplx-', /(?<![\w-])pplx-[A-Za-z0-9]{48}(?![\w-])/g),
  kind('Hugging Face token', 'hf_', /(?<!\w)hf_[A-Za-z0-9]{34,40}(?!\w)/g),
  kind('Replicate token', 'r8_', /(?<!\w)r8_[A-Za-z0-9]{37}(?!\w)/g),
  kind('LangSmith key', 'lsv2_', /\blsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{10}\b/g),
  kind('DigitalOcean token', '_v1_', /\bdo[opr]_v1_[0-9a-f]{64}\b/g),
  kind('Heroku key', 'HRKU-', /\bHRKU-[\w-]{36,70}/g),
  kind('Netlify token', 'nfp_', /\bnfp_[A-Za-z0-9]{36,40}\b/g),
  kind('Fly.io token', ['fm2_', 'fo1_'], /\b(?:fm2_[A-Za-z0-9+/]{100,500}={0,3}|fo1_[\w-]{43})(?![\w-])/g),
  kind('Supabase token', ['sbp_', 'sb_secret_'], /\b(?:sbp_[0-9a-f]{40}|sb_secret_[\w-]{22}_\w{8})\b/g),
  kind('Doppler token', 'dp.', /\bdp\.(?:pt|ct|sa|scim|audit|st(?:\.[\w-]{2,35})?)\.[A-Za-z0-9]{40,44}\b/g),
  kind('Pulumi token', 'pul-', /(?<![\w-])pul-[0-9a-f]{40}(?![\w-])/g),
  kind('Terraform Cloud token', '.atlasv1.', /\b[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{60,70}/g),
  kind('PlanetScale token', 'pscale_', /\bpscale_(?:tkn|pw|oauth)_[\w=.-]{32,64}/g),
  kind('New Relic key', 'NRAK-', /\bNRAK-[A-Z0-9]{27}\b/g),
  kind('Sentry token', 'sntry', /\bsntry(?:s_[A-Za-z0-9_+/=-]{60,250}|u_[0-9a-f]{64})/g),
  kind('Postman key', 'PMAK-', /\bPMAK-[0-9a-f]{24}-[0-9a-f]{34}\b/g),
  kind('Atlassian token', 'ATATT3', /\bATATT3[\w=-]{100,250}/g),
  kind('Square token', 'sq0', /\bsq0(?:csp|atp)-[\w-]{22,43}(?![\w-])/g),
  kind('Dropbox token', 'sl.', /(?<![\w.])sl\.[\w-]{130,160}(?![\w-])/g),
  kind('Airtable token', 'pat', /(?<!\w)pat[A-Za-z0-9]{14}\.[0-9a-f]{64}(?!\w)/g),
  kind('Dynatrace token', 'dt0', /\bdt0[a-z]\d{2}\.[A-Z2-7]{24}\.[A-Z2-7]{64}\b/g),
  kind('JFrog key', 'AKCp', /(?<![\w+/])AKCp[A-Za-z0-9]{69}(?![\w+/])/g),
  kind('Azure storage key', 'AccountKey=', /AccountKey=([A-Za-z0-9+/]{86}==)/g),
  kind('Azure client secret', 'Q~', /(?<![\w~.-])[\w~.-]{3}\dQ~[\w~.-]{31,34}(?![\w~.-])/g),
  kind(
    'Azure shared access signature',
    'sig=',
    /[?&]s[a-z]=[^\s"']{1,300}?[?&]sig=([A-Za-z0-9%+/]{43,60}(?:%3D|=))/g,
  ),
  kind('age key', 'AGE-SECRET-KEY-1', /\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b/g),
  kind('PuTTY private key', 'PuTTY-User-Key-File-', /PuTTY-User-Key-File-[23]: [\w-]{3,40}/g),
  kind(
    'JSON web token',
    'eyJ',
    /(?<![\w-])eyJ[\w-]{10,2000}\.eyJ[\w-]{10,8000}\.[\w-]{20,1000}(?![\w-])/g,
    true,
  ),
];
