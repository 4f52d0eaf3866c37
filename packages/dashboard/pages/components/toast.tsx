import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from 'react';
import { texts } from '../texts.js';

interface Message {
  readonly text: string;
  readonly undo?: () => void;
}

const ToastContext = createContext<(message: Message) => void>(() => {});

/** How long a message stays, in ms: long enough to decide to undo. */
const SHOWN_MS = 8_000;

/** Says that something was done, and offers to undo it. */
export function useToast(): (message: Message) => void {
  return useContext(ToastContext);
}

export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [message, setMessage] = useState<Message | null>(null);
  const show = useCallback((next: Message) => setMessage(next), []);
  useEffect(() => {
    if (message === null) return;
    const timer = window.setTimeout(() => setMessage(null), SHOWN_MS);
    return () => window.clearTimeout(timer);
  }, [message]);
  return (
    <ToastContext value={show}>
      {children}
      <div role="status" aria-live="polite">
        {message !== null && (
          <div className="toast">
            {message.text}
            {message.undo !== undefined && (
              <button
                type="button"
                className="button"
                onClick={() => {
                  message.undo?.();
                  setMessage(null);
                }}
              >
                {texts.common.undo}
              </button>
            )}
          </div>
        )}
      </div>
    </ToastContext>
  );
}
