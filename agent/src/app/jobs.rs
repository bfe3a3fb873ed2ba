//! Long work that a person starts.

use super::{App, AppError};
use crate::jobs::{Job, What};

impl App {
    /// Starts it and tells its number.
    ///
    /// # Errors
    /// If there is no such channel.
    pub async fn start_job(&self, what: What, channel: &str) -> Result<i64, AppError> {
        self.stored_channel(channel).await?;
        let (app, name, clock) = (self.clone(), channel.to_owned(), self.clock.clone());
        Ok(match what {
            What::Match => {
                self.jobs.start(what, channel, clock, |_| async move { app.auto_match(&name).await }).await?
            }
            What::Rules => {
                return Err(AppError::Invalid(vec!["what: rules are changed by /v1/rules/careful".into()]));
            }
            What::Compare => {
                let work = async move { app.reconcile_channel(&name, None).await };
                self.jobs.start(what, channel, clock, |_| work).await?
            }
        })
    }

    /// Ends it before its next step.
    ///
    /// # Errors
    /// If it does not run.
    pub async fn cancel_job(&self, id: i64) -> Result<(), AppError> {
        if self.jobs.cancel(id) {
            return Ok(());
        }
        let job = self.job(id).await?;
        Err(AppError::Invalid(vec![format!("job {id} does not run any more: {}", job.state)]))
    }

    /// One of them.
    ///
    /// # Errors
    /// If there is none of that number.
    pub async fn job(&self, id: i64) -> Result<Job, AppError> {
        let job = self.jobs.one(id, self.clock.now_ms()).await?;
        job.ok_or_else(|| AppError::NotFound(format!("there is no job {id}")))
    }

    /// The newest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn list_jobs(&self, running: bool, limit: i64) -> Result<Vec<Job>, AppError> {
        Ok(self.jobs.list(running, limit, self.clock.now_ms()).await?)
    }
}
