import pc from 'picocolors';
import { levelText, line, printable, shorten, shortenStart } from './text.mjs';

/** An alert that grows is told of again at these counts. */
const TOLD_AGAIN = new Set([10, 100]);
/** Characters shown around the marked part. */
const AROUND = 24;

/** Shows an alert while it happens: what, how sure, who, where, why, and what to do. */
export function showAlert({ assessment, count }) {
  const { at, level, score, scores, category, client, request, decision, recommendation } = assessment;
  const time = pc.dim(new Date(at).toTimeString().slice(0, 8));
  if (count > 1) {
    if (TOLD_AGAIN.has(count)) line(`${time}  ${levelText(level)}  ${category} from ${client.key}: ${count} times`);
    return;
  }
  const rejected = decision.action === 'deny' ? pc.bold('  rejected') : '';
  const models = `score ${number(score)}  cnn ${number(scores.cnn)}  bilstm ${number(scores.bilstm)}`;
  line(`${time}  ${levelText(level)}  ${pc.bold(category)}  ${pc.dim(models)}  ${client.key}${rejected}`);
  line(`          ${printable(shorten(`${request.method} ${request.path}`, 90))}`);
  line(`          ${why(assessment)}`);
  line(`          ${pc.dim(shorten(recommendation, 110))}\n`);
}

/** The strongest value with the part that spoke marked, or the behaviour that did. */
function why({ evidence: [strongest], unusual }) {
  if (!strongest)
    return pc.dim(unusual.length > 0 ? `unusual: ${unusual.join(', ')}` : 'what it did over its last requests');
  const { place, decoded, from, to } = strongest;
  const before = printable(shortenStart(decoded.slice(0, from), AROUND));
  const after = printable(shorten(decoded.slice(to), AROUND));
  return `${pc.dim(`${place}: ${before}`)}${mark(printable(shorten(decoded.slice(from, to), 60)))}${pc.dim(after)}`;
}

function mark(text) {
  return pc.isColorSupported ? pc.inverse(text) : `»${text}«`;
}

function number(score) {
  return score === null ? '–' : score.toFixed(2);
}
